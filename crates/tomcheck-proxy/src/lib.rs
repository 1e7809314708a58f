//! Which proxy applies to a site, and what it answers
