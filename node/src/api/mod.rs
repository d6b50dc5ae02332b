//! The local interface: JSON over the node's Unix socket, for the command line and programs on this computer.
//!
//! Handlers are thin: parse, call one service function, render. Every error is a problem (RFC 9457) with a code of
//! `docs/errors.md`. Who asks is told by the kernel; what they may do is the service's question.
//!
//! Errors name the field at fault and never its value. Searches go in a body, never in a URL.

mod actor;
mod body;
pub mod client;
mod problem;
mod server;
#[cfg(test)]
mod tests;

pub use body::MAX_BODY;
pub use problem::ApiError;
pub use server::{Caller, Local, SocketError, serve};

/// All paths begin with it; another number is another interface.
pub const PREFIX: &str = "/api/v1";
