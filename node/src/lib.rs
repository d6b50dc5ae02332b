//! One agency's node: store, vault, service, delivery, interfaces.

#[cfg(all(feature = "break-ack-before-sync", not(debug_assertions)))]
compile_error!("`break-ack-before-sync` loses data in a power cut: it is for tests of that, never for use");

pub mod api;
pub mod audit;
pub mod backup;
pub mod cipher;
pub mod cli;
pub mod config;
pub mod delivery;
pub mod demo;
pub mod founding;
pub mod observe;
#[doc(hidden)]
pub mod parsers;
pub mod run;
pub mod service;
pub mod store;
pub mod vault;
pub mod view;
pub mod web;
pub mod world;
