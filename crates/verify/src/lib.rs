//! Independent, exact judges of what a solution is.
