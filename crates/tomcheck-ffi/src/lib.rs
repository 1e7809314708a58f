//! The C library libtomcheck
