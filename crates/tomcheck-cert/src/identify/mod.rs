//! Whose identifier is it?
