//! Deterministic CBOR (RFC 8949 4.2.1), strictly: one value has one encoding.
//!
//! Received bytes are first walked by [`validate()`], before any decoder sees them; then decoded, encoded
//! again and compared, so that no decoder's leniency (unknown keys, duplicate keys) gets through.
//! Headers and statements are `minicbor` maps with integer keys ([`encode`], [`decode`]);
//! bodies are serde types with text keys ([`encode_body`], [`decode_body`]).

use serde::{Serialize, de::DeserializeOwned};

mod validate;

pub use validate::{MAX_DEPTH, MAX_ITEMS, validate};

/// Why bytes are not acceptable CBOR.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// The bytes end inside an item.
    #[error("the data was cut off")]
    Truncated,
    /// Bytes stand after the end of the item.
    #[error("{0} bytes too many stand at the end")]
    Trailing(usize),
    /// An allowed value in a form that is not the shortest or only one.
    #[error("not in canonical form at byte {0}")]
    NotCanonical(usize),
    /// Tag, float, indefinite length, unassigned simple value.
    #[error("a kind of item that is not allowed stands at byte {0}")]
    NotAllowed(usize),
    /// A text that is not UTF-8.
    #[error("the text at byte {0} is not UTF-8")]
    NotUtf8(usize),
    /// More nesting than [`MAX_DEPTH`].
    #[error("nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// More items than [`MAX_ITEMS`].
    #[error("more than {MAX_ITEMS} items")]
    TooMany,
    /// Well-formed, but not what was expected here.
    #[error("not the expected content: {0}")]
    Unexpected(String),
}

/// Encodes a header or statement. Its type's derive must give a map with ascending integer keys.
pub fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    // A `Vec` takes every write and our types encode every value, so there is no error to pass on.
    minicbor::to_vec(value).unwrap_or_default()
}

/// Decodes a header or statement, strictly: unknown keys and second encodings are refused.
///
/// # Errors
/// [`CborError`], with the byte position where there is one.
pub fn decode<'b, T>(bytes: &'b [u8]) -> Result<T, CborError>
where
    T: minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    validate(bytes)?;
    let value: T = minicbor::decode(bytes).map_err(|e| CborError::Unexpected(reason(&e)))?;
    if encode(&value) == bytes { Ok(value) } else { Err(CborError::Unexpected("unknown or missing keys".into())) }
}

/// The innermost reason: a type's own parser says more than the decoder around it.
fn reason(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), reason)
}

/// Encodes a body: text keys, sorted bytewise by their encoding.
///
/// # Errors
/// [`CborError::Unexpected`] if the type holds what CBOR of this profile can't express (floats).
pub fn encode_body<T: Serialize>(value: &T) -> Result<Vec<u8>, CborError> {
    let unexpected = |e: &dyn std::fmt::Display| CborError::Unexpected(e.to_string());
    let mut tree = ciborium::Value::serialized(value).map_err(|e| unexpected(&e))?;
    sort(&mut tree);
    let mut out = Vec::new();
    ciborium::into_writer(&tree, &mut out).map_err(|e| unexpected(&e))?;
    validate(&out)?;
    Ok(out)
}

/// Decodes a body, strictly: what does not encode to the same bytes again is refused.
///
/// # Errors
/// [`CborError`], with the byte position where there is one.
pub fn decode_body<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, CborError> {
    validate(bytes)?;
    let value: T = ciborium::from_reader(bytes).map_err(|e| match e {
        ciborium::de::Error::Semantic(_, what) => CborError::Unexpected(what),
        other => CborError::Unexpected(other.to_string()),
    })?;
    if encode_body(&value)? == bytes {
        Ok(value)
    } else {
        Err(CborError::Unexpected("unknown or missing names".into()))
    }
}

/// Decodes a body that this program encoded itself and kept where nobody could change it, such as an authenticated
/// record. For all that came from elsewhere: [`decode_body`].
///
/// # Errors
/// [`CborError`] if it is of another type.
pub fn decode_kept<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CborError> {
    ciborium::from_reader(bytes).map_err(|e| CborError::Unexpected(e.to_string()))
}

/// Sorts every map by the bytes of its encoded keys: for text, shorter first, then bytewise.
fn sort(value: &mut ciborium::Value) {
    match value {
        ciborium::Value::Array(items) => items.iter_mut().for_each(sort),
        ciborium::Value::Map(entries) => {
            entries.iter_mut().for_each(|(_, v)| sort(v));
            entries.sort_by(|(a, _), (b, _)| match (a.as_text(), b.as_text()) {
                // A text's encoding begins with its length: no need to make it.
                (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
                _ => encoded(a).cmp(&encoded(b)),
            });
        }
        _ => {}
    }
}

fn encoded(key: &ciborium::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = ciborium::into_writer(key, &mut bytes);
    debug_assert!(written.is_ok());
    bytes
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        zebra: u8,
        a: String,
    }

    #[test]
    fn bodies_are_sorted_by_encoded_key_whatever_the_order_of_the_fields() {
        let body = Body { zebra: 1, a: "x".into() };
        let bytes = encode_body(&body).expect("encodes");
        assert_eq!(bytes, b"\xa2\x61a\x61x\x65zebra\x01");
        assert_eq!(decode_body::<Body>(&bytes), Ok(body));
        let unsorted = b"\xa2\x65zebra\x01\x61a\x61x";
        assert_eq!(decode_body::<Body>(unsorted), Err(CborError::NotCanonical(8)));
    }

    #[test]
    fn text_keys_of_any_length_are_sorted_as_their_encodings_are() {
        let keys = ["b", "a", "", "zz", "aaa", "ខ", &"x".repeat(23), &"y".repeat(24), &"w".repeat(300)];
        let map: std::collections::HashMap<&str, u8> = keys.iter().map(|key| (*key, 1)).collect();
        // The walk refuses keys that do not ascend by their encodings.
        assert_eq!(validate(&encode_body(&map).expect("encodes")), Ok(()));
    }

    #[derive(Debug, PartialEq, minicbor::Encode, minicbor::Decode)]
    #[cbor(map)]
    struct Header {
        #[n(0)]
        version: u8,
    }

    #[test]
    fn headers_refuse_keys_that_they_do_not_know() {
        assert_eq!(decode::<Header>(&[0xa1, 0, 1]), Ok(Header { version: 1 }));
        assert!(matches!(decode::<Header>(&[0xa2, 0, 1, 1, 1]), Err(CborError::Unexpected(_))));
        assert_eq!(decode::<Header>(&[0xa2, 0, 1, 0, 1]), Err(CborError::NotCanonical(3)));
    }
}
