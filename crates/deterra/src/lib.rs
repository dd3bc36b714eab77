//! Does this ladder of threats deter? Exact, certified solutions of finite games.
