//! (room of the PKI, the servers and the scenarios)
