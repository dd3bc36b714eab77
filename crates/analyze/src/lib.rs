//! Questions about games and their solutions: credibility, explanations.
