//! One agency's node: store, vault, service, delivery, interfaces.

pub mod audit;
mod cipher;
pub mod delivery;
pub mod service;
pub mod store;
pub mod vault;
pub mod view;
pub mod world;
