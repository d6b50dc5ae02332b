//! One agency's node: store, vault, service, delivery, interfaces.

pub mod delivery;
pub mod service;
pub mod store;
pub mod view;
