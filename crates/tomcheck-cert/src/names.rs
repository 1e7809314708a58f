//! What does a number of PKCS#11 mean?
