//! How answers look: text tables, escaping, figures.
