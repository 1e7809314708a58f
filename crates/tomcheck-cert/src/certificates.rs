//! Which certificate of the token opens the site?
