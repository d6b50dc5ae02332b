//! One good offer, in the stages of its making.

use super::{
    Agency,
    raw::{K_COMMIT, NONCE, class_0, header, inner_parts, offer_body, seal, signed},
};

/// Inner of a good offer.
pub(crate) fn inner(from: &Agency, to: &Agency) -> Vec<u8> {
    let body = offer_body(&NONCE);
    signed(&header(from, to, &body), &body, &from.op)
}

/// Inner with any header and body, unsigned.
pub(crate) fn inner_with(header: &[u8], body: &[u8]) -> Vec<u8> {
    inner_parts(header, &[0; 64], &K_COMMIT, body)
}

/// Seals Inner bytes to the sealing key of `to`.
pub(crate) fn sealed(inner: &[u8], to: &Agency) -> Vec<u8> {
    seal(inner, &class_0(to), to.sealing.public())
}

/// A good offer as it travels.
pub(crate) fn envelope(from: &Agency, to: &Agency) -> Vec<u8> {
    sealed(&inner(from, to), to)
}
