//! The objects of members: accounts, links to them, erasures, imports.

loyalty_edge::module!(Account alarm, Alias alarm, Erasures fetch, Import alarm);
