//! Why a TLS handshake with a client certificate fails, and at whose hands
