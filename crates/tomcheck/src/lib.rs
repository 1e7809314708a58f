//! Finds the one cause why a CPx card does not open its service, and says what to do
