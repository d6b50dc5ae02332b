//! The promises of the exchange, held without any cryptography: two nodes and a network between them.

mod converge;
mod keys;
mod model;
mod rules;
mod simulator;
