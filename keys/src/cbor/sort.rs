//! The one order that a map's entries have, whatever order a type writes them in.

use std::ops::Range;

use minicbor::{
    data::Type,
    decode::{Decoder, Error},
    encode::Encoder,
};

use super::{CborError, reason};

/// The item in `bytes`, which this program encoded, with every map sorted by the bytes of its encoded keys.
///
/// # Errors
/// [`CborError::Unexpected`] if a type did not say how long a list or map is, or if it is no item of CBOR.
pub(super) fn sorted(bytes: &[u8]) -> Result<Vec<u8>, CborError> {
    let mut out = Vec::with_capacity(bytes.len());
    copy(&mut Decoder::new(bytes), &mut out).map_err(|e| CborError::Unexpected(reason(&e)))?;
    Ok(out)
}

fn copy(from: &mut Decoder<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    match from.datatype()? {
        Type::Array | Type::ArrayIndef => {
            let items = definite(from.array()?)?;
            head(out, |encoder| drop(encoder.array(items)));
            (0..items).try_for_each(|_| copy(from, out))
        }
        Type::Map | Type::MapIndef => {
            let entries = definite(from.map()?)?;
            head(out, |encoder| drop(encoder.map(entries)));
            map(from, entries, out)
        }
        _ => {
            let start = from.position();
            from.skip()?;
            out.extend_from_slice(from.input().get(start..from.position()).unwrap_or_default());
            Ok(())
        }
    }
}

fn map(from: &mut Decoder<'_>, entries: u64, out: &mut Vec<u8>) -> Result<(), Error> {
    let begin = out.len();
    // Where each key begins and ends, and where its value ends.
    let mut places: Vec<(Range<usize>, usize)> = Vec::new();
    for _ in 0..entries {
        let start = out.len() - begin;
        copy(from, out)?;
        let value = out.len() - begin;
        copy(from, out)?;
        places.push((start..value, out.len() - begin));
    }
    let written = out.get(begin..).unwrap_or_default();
    let key = |(key, _): &(Range<usize>, usize)| written.get(key.clone()).unwrap_or_default();
    if places.is_sorted_by_key(key) {
        return Ok(());
    }
    let unsorted = written.to_vec();
    places.sort_by(|(a, _), (b, _)| unsorted.get(a.clone()).cmp(&unsorted.get(b.clone())));
    out.truncate(begin);
    for (key, end) in places {
        out.extend_from_slice(unsorted.get(key.start..end).unwrap_or_default());
    }
    Ok(())
}

/// Nothing here is so long that its length is not known before.
fn definite(length: Option<u64>) -> Result<u64, Error> {
    length.ok_or_else(|| Error::message("a length that is not told"))
}

fn head(out: &mut Vec<u8>, write: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) {
    write(&mut Encoder::new(out));
}
