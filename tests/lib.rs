//! Whole-workspace tests: tidy, known games, scenarios, command line, readme.
