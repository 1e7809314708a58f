//! What the PKCS#11 module and the certificates of the card say
