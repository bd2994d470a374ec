//! The objects of a shop's books, which also tell endpoints what happened.

loyalty_edge::module!(Books alarm);
