//! The promises of the exchange.
