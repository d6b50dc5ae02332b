//! Deterministic CBOR (RFC 8949 4.2.1), strictly: one value has one encoding.
//!
//! Received bytes are first walked by [`validate()`], before any decoder sees them; then decoded, encoded
//! again and compared, so that no decoder's leniency (unknown keys, duplicate keys) gets through.
//! Headers and statements are `minicbor` maps with integer keys ([`encode`], [`decode`]);
//! bodies are serde types with text keys ([`encode_body`], [`decode_body`]), written and read by `minicbor-serde`.

use serde::{Serialize, de::DeserializeOwned};

mod sort;
mod validate;

use sort::sorted;
pub use validate::{MAX_DEPTH, MAX_ITEMS, validate};

/// Bytes of most bodies and audit entries. What is longer moves once or twice; what is shorter costs no large allocation.
const USUAL_BODY: usize = 1000;

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
    let written = as_written(value)?;
    // Types whose fields stand in the order of their encodings need no other pass.
    if validate(&written).is_ok() {
        return Ok(written);
    }
    let out = sorted(&written)?;
    validate(&out)?;
    Ok(out)
}

/// In the order in which the type writes its fields.
fn as_written<T: Serialize>(value: &T) -> Result<Vec<u8>, CborError> {
    // Grown from nothing it would be copied ten times.
    let mut written = Vec::with_capacity(USUAL_BODY);
    let mut serializer = minicbor_serde::Serializer::new(&mut written);
    serializer.serialize_unit_as_null(true);
    value.serialize(&mut serializer).map_err(|e| CborError::Unexpected(reason(&e)))?;
    Ok(written)
}

/// Decodes a body, strictly: what does not encode to the same bytes again is refused.
///
/// # Errors
/// [`CborError`], with the byte position where there is one.
pub fn decode_body<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, CborError> {
    validate(bytes)?;
    let value: T = decode_kept(bytes)?;
    let written = as_written(&value)?;
    if written == bytes || sorted(&written)? == bytes {
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
    minicbor_serde::from_slice(bytes).map_err(|e| CborError::Unexpected(reason(&e)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
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

    /// What another program makes of the same value: `ciborium`'s, its maps sorted as a tree.
    fn by_another(value: &serde_json::Value) -> Vec<u8> {
        fn bytes(value: &ciborium::Value) -> Vec<u8> {
            let mut out = Vec::new();
            ciborium::into_writer(value, &mut out).expect("a vector takes all");
            out
        }
        fn sort(value: &mut ciborium::Value) {
            match value {
                ciborium::Value::Array(items) => items.iter_mut().for_each(sort),
                ciborium::Value::Map(entries) => {
                    entries.iter_mut().for_each(|(_, value)| sort(value));
                    entries.sort_by_cached_key(|(key, _)| bytes(key));
                }
                _ => {}
            }
        }
        let mut tree = ciborium::Value::serialized(value).expect("encodes");
        sort(&mut tree);
        bytes(&tree)
    }

    fn trees() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            "[a-zក-ឯ]{0,30}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            let keys = "[a-zក-ឯ_]{0,26}";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(keys, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn another_program_encodes_the_same_bytes_and_they_decode_to_the_same(tree in trees()) {
            let bytes = encode_body(&tree).expect("encodes");
            prop_assert_eq!(&bytes, &by_another(&tree));
            prop_assert_eq!(decode_body::<serde_json::Value>(&bytes), Ok(tree));
        }
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
