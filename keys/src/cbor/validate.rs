//! The walk over raw bytes that comes before any decoder.

use super::CborError;

/// How deep items may nest.
pub const MAX_DEPTH: usize = 8;
/// How many items (heads) one value may have.
pub const MAX_ITEMS: usize = 4_096;

/// Accepts exactly one item in deterministic encoding and nothing after it.
///
/// # Errors
/// The first rule that is broken: shortest heads, definite lengths, strictly ascending map keys, no tags, no
/// floats, at most [`MAX_DEPTH`] levels and [`MAX_ITEMS`] items, valid UTF-8, the whole input used.
pub fn validate(bytes: &[u8]) -> Result<(), CborError> {
    let mut walk = Walk { bytes, at: 0, items: 0 };
    walk.item(0)?;
    match bytes.len() - walk.at {
        0 => Ok(()),
        n => Err(CborError::Trailing(n)),
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    items: usize,
}

impl Walk<'_> {
    fn item(&mut self, depth: usize) -> Result<(), CborError> {
        self.items += 1;
        if self.items > MAX_ITEMS {
            return Err(CborError::TooMany);
        }
        if depth > MAX_DEPTH {
            return Err(CborError::TooDeep);
        }
        let start = self.at;
        let (major, argument) = self.head()?;
        match major {
            0 | 1 => Ok(()),
            2 => self.take(argument).map(|_| ()),
            3 => self.text(argument, start),
            4 => (0..argument).try_for_each(|_| self.item(depth + 1)),
            5 => self.map(argument, depth),
            7 if (20..=22).contains(&argument) => Ok(()), // false, true, null
            _ => Err(CborError::NotAllowed(start)),
        }
    }

    fn text(&mut self, length: u64, start: usize) -> Result<(), CborError> {
        let text = self.take(length)?;
        std::str::from_utf8(text).map(|_| ()).map_err(|_| CborError::NotUtf8(start))
    }

    fn map(&mut self, entries: u64, depth: usize) -> Result<(), CborError> {
        let mut previous: &[u8] = &[];
        for _ in 0..entries {
            let start = self.at;
            self.item(depth + 1)?;
            let key = &self.bytes[start..self.at];
            if key <= previous {
                return Err(CborError::NotCanonical(start));
            }
            previous = key;
            self.item(depth + 1)?;
        }
        Ok(())
    }

    /// Major type and argument; the argument in its shortest form.
    fn head(&mut self) -> Result<(u8, u64), CborError> {
        let start = self.at;
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 0x1f);
        if major == 7 && info > 22 {
            return Err(CborError::NotAllowed(start));
        }
        let (width, least) = match info {
            0..=23 => return Ok((major, u64::from(info))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return Err(CborError::NotAllowed(start)),
        };
        let argument = self.take(width)?.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        if argument < least { Err(CborError::NotCanonical(start)) } else { Ok((major, argument)) }
    }

    fn take(&mut self, length: u64) -> Result<&[u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::Truncated)?;
        let end = self.at.checked_add(length).ok_or(CborError::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(CborError::Truncated)?;
        self.at = end;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_fault_has_its_name() {
        let cases: &[(&[u8], Result<(), CborError>)] = &[
            (&[0x17], Ok(())),
            (&[0x18, 0x17], Err(CborError::NotCanonical(0))),
            (&[0x19, 0x00, 0xff], Err(CborError::NotCanonical(0))),
            (&[0x9f, 0xff], Err(CborError::NotAllowed(0))),
            (&[0xc0, 0x00], Err(CborError::NotAllowed(0))),
            (&[0xf9, 0x00, 0x00], Err(CborError::NotAllowed(0))),
            (&[0xf7], Err(CborError::NotAllowed(0))),
            (&[0x61, 0xff], Err(CborError::NotUtf8(0))),
            (&[0x82, 0x00], Err(CborError::Truncated)),
            (&[0x00, 0x00], Err(CborError::Trailing(1))),
            (&[0xa2, 0x01, 0x00, 0x00, 0x00], Err(CborError::NotCanonical(3))),
            (&[0xa2, 0x01, 0x00, 0x01, 0x00], Err(CborError::NotCanonical(3))),
            (&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Err(CborError::Truncated)),
            (&[0x81; 12], Err(CborError::TooDeep)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(&validate(bytes), expected, "{bytes:02x?}");
        }
    }

    #[test]
    fn the_number_of_items_is_bounded() {
        let mut bytes = vec![0x99, 0x10, 0x00];
        bytes.extend(vec![0; 4_096]);
        assert_eq!(validate(&bytes), Err(CborError::TooMany));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = validate(&bytes);
        }
    }
}
