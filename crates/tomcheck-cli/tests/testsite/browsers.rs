//! What do browsers show?
