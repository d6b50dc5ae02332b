//! The unlock slots, as in LUKS: each opens the keyring by a secret of its own, and can be added and removed alone.
//!
//! Kind and cost lie in the clear, for they are needed before anything is open; name and day lie sealed, so that a copy
//! of the file does not tell whose passphrases open it.

use zeroize::Zeroizing;

use super::{KdfParams, Keyring, KeyringError, unlock};
use crate::{Entropy, Timestamp};

/// Unlock slots in a keyring.
pub const UNLOCK_SLOTS: usize = 8;
/// The longest name, in bytes.
pub(super) const NAME: usize = 39;
/// How long one slot's name and day are, sealed.
const LABEL: usize = 8 + 1 + NAME;
/// The same of all slots.
pub(super) const LABELS: usize = UNLOCK_SLOTS * LABEL;

/// Where the secret of an unlock slot is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// In somebody's head.
    Passphrase,
    /// In a file, on a stick or a card that is taken away.
    KeyFile,
    /// With the system's service manager, which hands it to the node.
    Credential,
    /// On paper, in an envelope.
    Recovery,
}

impl SlotKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Passphrase, Self::KeyFile, Self::Credential, Self::Recovery];

    /// As it is written.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::KeyFile => "key-file",
            Self::Credential => "credential",
            Self::Recovery => "recovery",
        }
    }

    /// What is written like that.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// As it lies in the slot; 0 is an empty one.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Passphrase => 1,
            Self::KeyFile => 2,
            Self::Credential => 3,
            Self::Recovery => 4,
        }
    }

    pub(super) fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.byte() == byte)
    }

    /// Whether people have its secret, wherever the computer is. One of these must always be left.
    #[must_use]
    pub const fn is_with_people(self) -> bool {
        match self {
            Self::Passphrase | Self::Recovery => true,
            Self::KeyFile | Self::Credential => false,
        }
    }
}

/// The name of an unlock slot: 1 to 39 bytes, without control characters or blanks at its ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotName(String);

impl SlotName {
    /// Checks it.
    ///
    /// # Errors
    /// [`KeyringError::SlotName`].
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let sound = !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control);
        if !sound || text.len() > NAME {
            return Err(KeyringError::SlotName);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text; empty for the slot that the keyring was made with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is known of an unlock slot beside its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockSlot {
    /// Its number, from 1.
    pub number: u8,
    /// Where its secret is kept.
    pub kind: SlotKind,
    /// What people call it.
    pub name: SlotName,
    /// When it was added; none if the keyring was made with it.
    pub added: Option<Timestamp>,
    /// How costly a try of it is.
    pub cost: KdfParams,
}

/// A slot that is to come.
#[derive(Clone, Debug)]
pub struct NewSlot {
    /// Where its secret is kept.
    pub kind: SlotKind,
    /// What people call it.
    pub name: SlotName,
    /// The day.
    pub added: Timestamp,
}

/// What is sealed of a slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    name: SlotName,
    added: Option<Timestamp>,
}

/// The labels of all slots, and of the empty ones nothing.
pub(super) type Labels = [Label; UNLOCK_SLOTS];

pub(super) fn encode(labels: &Labels, out: &mut Zeroizing<Vec<u8>>) {
    for Label { name, added } in labels {
        out.extend_from_slice(&added.map_or(0, |added| added.0).to_be_bytes());
        out.push(u8::try_from(name.0.len()).unwrap_or_default());
        let end = out.len() + NAME;
        out.extend_from_slice(name.0.as_bytes());
        out.resize(end, 0);
    }
}

/// `None` if these bytes are not what [`encode`] gives.
pub(super) fn decode(bytes: &[u8]) -> Option<Labels> {
    if bytes.len() != LABELS {
        return None;
    }
    let mut labels = Labels::default();
    for (label, bytes) in labels.iter_mut().zip(bytes.chunks(LABEL)) {
        let (added, rest) = bytes.split_first_chunk()?;
        let (length, name) = rest.split_first()?;
        let added = Some(Timestamp(u64::from_be_bytes(*added))).filter(|added| added.0 > 0);
        let name = std::str::from_utf8(name.get(..usize::from(*length))?).ok()?;
        let name = if name.is_empty() { SlotName::default() } else { SlotName::parse(name).ok()? };
        *label = Label { name, added };
    }
    Some(labels)
}

impl Keyring {
    /// The unlock slots that are in use.
    #[must_use]
    pub fn slots(&self) -> Vec<UnlockSlot> {
        let slots = unlock::kinds(&self.unlocked.slots).zip(&self.unlocked.labels).zip(1..);
        let in_use = slots.filter_map(|((slot, Label { name, added }), number)| {
            let (kind, cost) = slot?;
            Some(UnlockSlot { number, kind, name: name.clone(), added: *added, cost })
        });
        in_use.collect()
    }

    /// From now on `secret` opens the keyring as well; `cost` is that of a try. Takes as long as a try of each slot. When
    /// this returns, it is on disk. Its number.
    ///
    /// # Errors
    /// [`KeyringError::EmptyPassphrase`], [`KeyringError::SlotTaken`], [`KeyringError::SlotsFull`],
    /// [`KeyringError::SecretTaken`], [`KeyringError::Params`]: nothing changed. [`KeyringError::Io`],
    /// [`KeyringError::ReadBack`]: it may open it or not; all others do.
    pub fn add_slot(
        &mut self,
        new: NewSlot,
        secret: &[u8],
        cost: KdfParams,
        entropy: &mut dyn Entropy,
    ) -> Result<u8, KeyringError> {
        self.may_add_slot(&new.name)?;
        self.may_add_secret(secret)?;
        let mut changed = self.unlocked.duplicate();
        let index = unlock::fill(&mut changed, (new.kind, secret), cost, entropy)?;
        if let Some(label) = changed.labels.get_mut(index) {
            *label = Label { name: new.name, added: Some(new.added) };
        }
        self.write_slots(changed, entropy)?;
        Ok(u8::try_from(index + 1).unwrap_or_default())
    }

    /// Whether there is room for a slot of this name.
    ///
    /// # Errors
    /// [`KeyringError::SlotTaken`], [`KeyringError::SlotsFull`].
    pub fn may_add_slot(&self, name: &SlotName) -> Result<(), KeyringError> {
        let slots = self.slots();
        if slots.iter().any(|slot| slot.name == *name) {
            return Err(KeyringError::SlotTaken);
        }
        if slots.len() < UNLOCK_SLOTS { Ok(()) } else { Err(KeyringError::SlotsFull) }
    }

    /// Whether no slot takes this secret yet. Takes as long as a try of each.
    ///
    /// # Errors
    /// [`KeyringError::SecretTaken`], [`KeyringError::Params`].
    pub fn may_add_secret(&self, secret: &[u8]) -> Result<(), KeyringError> {
        if unlock::takes(&self.unlocked.slots, secret)? { Err(KeyringError::SecretTaken) } else { Ok(()) }
    }

    /// The secret of the slot of this number opens nothing any more. When this returns `Ok`, both copies were overwritten,
    /// synced and read back. A copy of the file made before still opens with it, to the same keys.
    ///
    /// # Errors
    /// [`KeyringError::NoSuchSlot`], [`KeyringError::LastSlot`]: nothing changed. [`KeyringError::Io`],
    /// [`KeyringError::ReadBack`]: it may still open it; call again.
    pub fn remove_slot(&mut self, number: u8, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        self.may_remove_slot(number)?;
        let index = usize::from(number).wrapping_sub(1);
        let mut changed = self.unlocked.duplicate();
        unlock::clear(&mut changed, index);
        if let Some(label) = changed.labels.get_mut(index) {
            *label = Label::default();
        }
        self.write_slots(changed, entropy)
    }

    /// Whether [`Keyring::remove_slot`] would.
    ///
    /// # Errors
    /// [`KeyringError::NoSuchSlot`]; [`KeyringError::LastSlot`]: no passphrase would be left, of people or on paper.
    pub fn may_remove_slot(&self, number: u8) -> Result<(), KeyringError> {
        let slots = self.slots();
        if !slots.iter().any(|slot| slot.number == number) {
            return Err(KeyringError::NoSuchSlot);
        }
        let left = slots.iter().any(|slot| slot.number != number && slot.kind.is_with_people());
        if left { Ok(()) } else { Err(KeyringError::LastSlot) }
    }

    /// Makes a try of the slot that takes `secret` as costly as `least`, if it is cheaper: its passphrase was chosen when
    /// computers were slower. Whether it did.
    ///
    /// # Errors
    /// As [`Keyring::change_passphrase`], to the same passphrase.
    pub fn raise_cost(
        &mut self,
        secret: &[u8],
        least: KdfParams,
        entropy: &mut dyn Entropy,
    ) -> Result<bool, KeyringError> {
        if !self.slots().iter().any(|slot| slot.cost.is_cheaper_than(least)) {
            return Ok(false);
        }
        let mut changed = self.unlocked.duplicate();
        let raised = unlock::raise(&mut changed, secret, least, entropy)?;
        if raised {
            self.write_slots(changed, entropy)?;
        }
        Ok(raised)
    }

    /// Both copies, read back.
    pub(super) fn write_slots(
        &mut self,
        changed: unlock::Unlocked,
        entropy: &mut dyn Entropy,
    ) -> Result<(), KeyringError> {
        self.write_unlocked(changed, entropy)?;
        self.unlocked.place.settle(&*self.pages)?;
        if unlock::both_take(&*self.pages, &self.unlocked)? {
            Ok(())
        } else {
            self.unlocked.place.stale = true;
            Err(KeyringError::ReadBack)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn labels_that_are_read_are_written_the_same_and_arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), LABELS), text: String) {
            if let Some(labels) = decode(&bytes) {
                let mut again = Zeroizing::new(Vec::new());
                encode(&labels, &mut again);
                prop_assert_eq!(decode(&again), Some(labels));
            }
            if let Ok(name) = SlotName::parse(&text) {
                let mut labels = Labels::default();
                labels[3] = Label { name, added: Some(Timestamp(7)) };
                let mut written = Zeroizing::new(Vec::new());
                encode(&labels, &mut written);
                prop_assert_eq!(written.len(), LABELS);
                prop_assert_eq!(decode(&written), Some(labels));
            }
        }
    }
}
