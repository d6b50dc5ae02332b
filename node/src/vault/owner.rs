//! Who has a data key.

/// Whose a record is, and so under which key it lies and with what it is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Headers, receipts, custody, audit, peers: no personal data of a child. Erasure leaves it alone.
    Ledger,
    /// The private half of a published sealing key, by its id: destroyed when nothing may be sealed to it any more.
    Sealing([u8; 16]),
    /// A case of our own: the record, its consents, its index record.
    Case([u8; 16]),
    /// Bodies, openings of commitments, exchange seeds, held packets of an exchange.
    Content([u8; 32]),
    /// Headers and stored answers of an exchange, which outlive its content.
    Skeleton([u8; 32]),
    /// Our own last packets of an exchange that carry free text; destroyed once delivered.
    Parting([u8; 32]),
    /// One of the agency's own people: what they are known by. Destroyed when they are removed.
    Person([u8; 16]),
}

/// Store keys of wrapped data keys: this, the shard, the owner.
pub(super) const KEY_ROWS: u8 = 0x01;

impl Owner {
    /// Tag and id: what stands in store keys. The tag tells the length, so that no owner's bytes begin another's.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let (tag, id) = self.parts();
        [&[tag], id].concat()
    }

    /// As [`bytes`](Self::bytes), in two parts.
    pub(super) const fn parts(&self) -> (u8, &[u8]) {
        match self {
            Self::Ledger => (0, &[]),
            Self::Sealing(id) => (1, id),
            Self::Case(id) => (2, id),
            Self::Content(id) => (3, id),
            Self::Skeleton(id) => (4, id),
            Self::Parting(id) => (5, id),
            Self::Person(id) => (6, id),
        }
    }

    /// The owner at the beginning of `bytes`, and what follows.
    pub(super) fn split_from(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (tag, rest) = bytes.split_first()?;
        Some(match tag {
            0 => (Self::Ledger, rest),
            1 => rest.split_first_chunk().map(|(id, rest)| (Self::Sealing(*id), rest))?,
            2 => rest.split_first_chunk().map(|(id, rest)| (Self::Case(*id), rest))?,
            3 => rest.split_first_chunk().map(|(id, rest)| (Self::Content(*id), rest))?,
            4 => rest.split_first_chunk().map(|(id, rest)| (Self::Skeleton(*id), rest))?,
            5 => rest.split_first_chunk().map(|(id, rest)| (Self::Parting(*id), rest))?,
            6 => rest.split_first_chunk().map(|(id, rest)| (Self::Person(*id), rest))?,
            _ => return None,
        })
    }

    /// Which of the 256 erasure keys wraps its data key: the first byte of the (random) id. None for the ledger,
    /// whose key is the keyring's own.
    pub(super) fn shard(&self) -> Option<u8> {
        match self {
            Self::Ledger => None,
            Self::Sealing(id) | Self::Case(id) | Self::Person(id) => id.first().copied(),
            Self::Content(id) | Self::Skeleton(id) | Self::Parting(id) => id.first().copied(),
        }
    }

    /// Whether an erasure may be asked for: the ledger is no child's.
    pub(super) fn can_be_erased(&self) -> bool {
        match self {
            Self::Ledger => false,
            Self::Sealing(_)
            | Self::Case(_)
            | Self::Content(_)
            | Self::Skeleton(_)
            | Self::Parting(_)
            | Self::Person(_) => true,
        }
    }

    /// Where its wrapped data key lies.
    pub(super) fn key_row(&self) -> Option<Vec<u8>> {
        let shard = self.shard()?;
        Some([vec![KEY_ROWS, shard], self.bytes()].concat())
    }

    /// The owner in a store key from [`Owner::key_row`].
    pub(super) fn of_key_row(row: &[u8]) -> Option<Self> {
        Self::split_from(row.get(2..)?).map(|(owner, _)| owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_come_back_from_their_bytes_with_what_follows() {
        let owners = [
            Owner::Ledger,
            Owner::Sealing([7; 16]),
            Owner::Case([9; 16]),
            Owner::Content([8; 32]),
            Owner::Skeleton([8; 32]),
            Owner::Parting([8; 32]),
            Owner::Person([9; 16]),
        ];
        for owner in owners {
            let bytes = [owner.bytes(), b"key".to_vec()].concat();
            assert_eq!(Owner::split_from(&bytes), Some((owner, &b"key"[..])));
            assert!(owner.key_row().is_none_or(|row| Owner::of_key_row(&row) == Some(owner)));
        }
        assert_eq!(Owner::split_from(&[2, 1, 2]), None);
        assert_eq!(Owner::split_from(&[9]), None);
    }
}
