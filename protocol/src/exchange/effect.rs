//! What the state machine tells its caller to do, as values. The caller does all of it in one durable batch.

use keys::sealing::Kid;

use super::{chain::Position, refusal::Refusal};
use crate::packet::PacketKind;

/// Something to do in the same batch that stores the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Origin: the offer was accepted; apply the scope again and send the release.
    ReleaseNow,
    /// Origin: what was prepared for release is no longer needed; destroy it.
    DropRelease,
    /// Origin: note in the custody ledger that this kind of disclosure was made.
    RecordDisclosure(Disclosure),
    /// Origin: a receipt came; check it and note it in the custody ledger.
    RecordReceipt,
    /// Recipient: destroy the content key, and so all that was shared. Doing it twice is harmless.
    EraseShared,
    /// Recipient: once the erasure is done, send `Erased`, if [`super::Exchange::receipt_owed`] still says so.
    SendReceipt,
    /// Show people that a packet of this kind came.
    ShowNews(PacketKind),
    /// Show people what may be dangerous.
    Alarm(Alarm),
    /// Destroy this seed of ours.
    DestroySeed(Kid),
    /// The other side has a new key: seal what it has not acknowledged to that key, the same Inner bytes.
    ResealUnacknowledged,
    /// The other side lost its keys without a root-signed restore: ask a person before
    /// [`super::Exchange::confirm_rekey`].
    AskAboutRekey,
}

/// What is disclosed by a packet of the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// The triage summary.
    Triage,
    /// The consented categories.
    Categories,
}

/// What a person must look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The child did not arrive.
    DidNotArrive,
    /// Somebody accepted, but the offer had lapsed meanwhile.
    AcceptanceOvertakenByLapse,
    /// Two packets with one number: proof that the other side's key is used twice.
    Equivocation,
    /// A packet does not follow what came before it; it was not taken.
    Broken(Refusal),
    /// The other side's packet took its place without effect.
    Refused(Refusal),
    /// The other side refused our packet of this kind.
    TheyRefused(Option<PacketKind>),
}

/// Two different packets of one sender with one number: evidence, together with both signed headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The one that was there.
    pub known: Position,
    /// The one that came.
    pub other: Position,
}

/// What becomes of an applied packet's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It counts: keep it under the content key.
    Keep,
    /// An end overtook it: destroy it unread.
    Discard,
}

/// What the state machine says to a packet that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was here before: give the same answer again, change nothing.
    Duplicate {
        /// Why it had no effect, if it had none.
        refused: Option<Refusal>,
    },
    /// A packet before it is missing. Answer `held`; keep it if `keep` says so.
    Held {
        /// Whether there is room for it among the packets that wait.
        keep: bool,
    },
    /// It took its place in the chain without effect: keep the header, drop the body.
    Refused {
        /// Why; goes into the answer.
        code: Refusal,
        /// What to do.
        effects: Vec<Effect>,
    },
    /// It was not taken at all; nothing changed, but people must know.
    Rejected {
        /// Why; goes into the answer.
        code: Refusal,
    },
    /// It is half of a proof of misuse: keep both headers. The exchange stands still from now on.
    Equivocation(Fork),
    /// It counts.
    Applied {
        /// What to do, in this order.
        effects: Vec<Effect>,
        /// What becomes of its body.
        body: Fate,
    },
}
