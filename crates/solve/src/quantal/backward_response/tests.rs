//! Responses from the literature and by hand.
