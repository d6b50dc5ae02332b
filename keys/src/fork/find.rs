//! Finding the contradiction of two records, and cutting them down to it.

use super::{Contradiction, ForkError, ForkProof, VerifiedFork};
use crate::{
    NetworkId, VerifiedAgency,
    log::{self, KeyState, Peak, Relation},
    record::PublicRecord,
    statement::{Counted, counted},
};

/// The contradiction of `a` and `b`, its sides in the order of their hashes.
pub(super) fn between(a: &VerifiedAgency, b: &VerifiedAgency) -> Result<VerifiedFork, ForkError> {
    let (counts, none) = match a.keys().relation(b.keys()) {
        Relation::Strangers => return Err(ForkError::OtherAgency),
        Relation::Same | Relation::Longer => (a, ForkError::NoContradiction),
        Relation::Shorter => (b, ForkError::NoContradiction),
        Relation::Parted { at, own, other } if own.rank == other.rank => {
            return Ok(of_entries(at, (a, own), (b, other)));
        }
        Relation::Parted { own, other, .. } => (if own.rank > other.rank { a } else { b }, ForkError::Outranked),
    };
    let of = |record: &PublicRecord| counted(record.statements(), counts.keys());
    of_statements(counts.keys(), counts.record().log(), &of(a.record()), &of(b.record())).ok_or(none)
}

/// The contradiction of two statements in one record.
pub(super) fn within(record: &PublicRecord, network: NetworkId) -> Option<VerifiedFork> {
    let state = log::verify(record.log(), network).ok()?;
    let said = counted(record.statements(), &state);
    of_statements(&state, record.log(), &said, &said)
}

fn of_entries(parted_at: u64, a: (&VerifiedAgency, Peak), b: (&VerifiedAgency, Peak)) -> VerifiedFork {
    let ((a, peak_a), (b, peak_b)) = if a.1.hash <= b.1.hash { (a, b) } else { (b, a) };
    let to = |agency: &VerifiedAgency, seq| PublicRecord::new(log_to(agency.record().log(), seq), Vec::new());
    VerifiedFork {
        agency: a.id(),
        name: a.name().to_owned(),
        contradiction: Contradiction::Entries { parted_at, a: peak_a, b: peak_b },
        proof: ForkProof { a: to(a, peak_a.seq), b: to(b, peak_b.seq) },
        chains: [a.keys().links_to(peak_a.seq).to_vec(), b.keys().links_to(peak_b.seq).to_vec()],
    }
}

/// The first contradiction by kind, serial and hash, so that everybody finds the same one.
fn of_statements(state: &KeyState, log: &[Vec<u8>], a: &[Counted], b: &[Counted]) -> Option<VerifiedFork> {
    let pairs = a.iter().flat_map(|a| b.iter().map(move |b| if a.hash <= b.hash { (a, b) } else { (b, a) }));
    let against = |(a, b): &(&Counted, &Counted)| (&a.kind, a.serial) == (&b.kind, b.serial) && a.hash != b.hash;
    let order = |(a, b): &(&Counted, &Counted)| (a.kind.clone(), a.serial, a.hash, b.hash);
    let (a, b) = pairs.filter(against).min_by_key(order)?;
    let to = |side: &Counted| PublicRecord::new(log_to(log, side.needs), vec![side.bytes.clone()]);
    Some(VerifiedFork {
        agency: state.id(),
        name: state.name().to_owned(),
        contradiction: Contradiction::Statements {
            kind: a.kind.clone(),
            serial: a.serial,
            hashes: [a.hash, b.hash],
            keys: [a.key, b.key],
        },
        proof: ForkProof { a: to(a), b: to(b) },
        chains: [state.links_to(a.needs).to_vec(), state.links_to(b.needs).to_vec()],
    })
}

/// The entries up to `seq`.
fn log_to(log: &[Vec<u8>], seq: u64) -> Vec<Vec<u8>> {
    log.iter().take(usize::try_from(seq).unwrap_or(usize::MAX).saturating_add(1)).cloned().collect()
}
