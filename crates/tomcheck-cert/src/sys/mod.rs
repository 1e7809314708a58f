//! What only an operating system or a foreign library can do.
