//! From what a person types to the thing that is meant.
//!
//! Cases, consents and exchanges: an id, or a beginning of it that fits one only. Exchanges also by the six digits
//! that are said on the telephone, peers also by name. Memory only: nothing is read from disk.

use keys::AgencyId;
use protocol::{CaseId, ConsentId, ExchangeId};

use super::{Service, ServiceError, read};

impl Service {
    /// The case that `text` names.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub(super) fn resolve_case(&self, text: &str) -> Result<CaseId, ServiceError> {
        let (first, last) = span("case", text)?;
        only("case", read(&self.index).cases_between(CaseId::new(first), CaseId::new(last)))
    }

    /// The consent that `text` names.
    ///
    /// # Errors
    /// As [`Service::resolve_case`].
    pub(super) fn resolve_consent(&self, text: &str) -> Result<ConsentId, ServiceError> {
        let (first, last) = span("consent", text)?;
        only("consent", read(&self.index).consents_between(ConsentId::new(first), ConsentId::new(last)))
    }

    /// The exchange that `text` names.
    ///
    /// # Errors
    /// As [`Service::resolve_case`].
    pub(super) fn resolve_exchange(&self, text: &str) -> Result<ExchangeId, ServiceError> {
        const WHY: &str = "up to 64 digits of 0-9 and a-f, or the six digits of the reference";
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.is_empty() || digits.len() > 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ServiceError::MalformedId { what: "exchange", why: WHY.into() });
        }
        only("exchange", self.board().find(&digits).into_iter())
    }

    /// The peer that `text` names. A name counts whole, an id from its beginning; capitals do not matter.
    ///
    /// # Errors
    /// As [`Service::resolve_case`].
    pub(super) fn resolve_peer(&self, text: &str) -> Result<AgencyId, ServiceError> {
        let typed = text.trim().to_lowercase();
        if typed.is_empty() {
            return Err(ServiceError::MalformedId { what: "peer", why: "type its name, or its id".into() });
        }
        let peers = read(&self.peers);
        let named = peers.iter().filter(|(_, peer)| peer.agency.name().to_lowercase() == typed);
        let named: Vec<AgencyId> = named.map(|(id, _)| *id).collect();
        if !named.is_empty() {
            return only("peer", named.into_iter());
        }
        if typed.len() == ID_CHARS && typed.starts_with(ID_PREFIX) {
            let parsed = typed.parse::<AgencyId>();
            let id = parsed.map_err(|why| ServiceError::MalformedId { what: "peer", why: why.to_string() })?;
            return only("peer", peers.contains_key(&id).then_some(id).into_iter());
        }
        // The prefix is the same for all, so a beginning that ends in it says nothing; the rest may stand alone.
        let rest = typed.strip_prefix(ID_PREFIX).unwrap_or(&typed);
        let begins = |id: &&AgencyId| !rest.is_empty() && id.to_string()[ID_PREFIX.len()..].starts_with(rest);
        only("peer", peers.keys().filter(begins).copied())
    }

    /// Whether `text` is the whole name of a peer, or of several.
    pub(super) fn is_peer_name(&self, text: &str) -> bool {
        let typed = text.trim().to_lowercase();
        read(&self.peers).values().any(|peer| peer.agency.name().to_lowercase() == typed)
    }
}

/// What every agency id begins with.
const ID_PREFIX: &str = "agency1";
/// Characters of an agency id.
const ID_CHARS: usize = 65;

/// First and last id of 16 bytes that begin with these hexadecimal digits.
fn span(what: &'static str, text: &str) -> Result<([u8; 16], [u8; 16]), ServiceError> {
    let typed = text.trim();
    if typed.is_empty() || typed.len() > 32 || !typed.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(ServiceError::MalformedId { what, why: "up to 32 digits of 0-9 and a-f".into() });
    }
    let number = |fill: char| {
        let digits = format!("{typed}{}", fill.to_string().repeat(32 - typed.len()));
        // 32 hexadecimal digits are a number of 128 bits.
        u128::from_str_radix(&digits, 16).unwrap_or_default().to_be_bytes()
    };
    Ok((number('0'), number('f')))
}

fn only<T>(what: &'static str, mut found: impl Iterator<Item = T>) -> Result<T, ServiceError> {
    let one = found.next().ok_or(ServiceError::NotFound { what })?;
    match found.count() {
        0 => Ok(one),
        more => Err(ServiceError::Ambiguous { what, count: more + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_of_any_length_spans_the_ids_that_begin_so() {
        let (first, last) = span("case", " aB7 ").unwrap();
        assert_eq!((first[..2].to_vec(), last[..2].to_vec()), (vec![0xab, 0x70], vec![0xab, 0x7f]));
        assert_eq!((first[15], last[15]), (0, 0xff));
        let whole = "00112233445566778899aabbccddeeff";
        let (first, last) = span("case", whole).unwrap();
        assert_eq!((first, CaseId::new(last).to_string()), (last, whole.to_owned()));
    }

    #[test]
    fn what_is_no_id_is_said_to_be_none() {
        for text in ["", " ", "xyz", "+1", "0123456789abcdef0123456789abcdef0", "សុខា"] {
            assert!(matches!(span("case", text), Err(ServiceError::MalformedId { what: "case", .. })), "{text}");
        }
    }

    #[test]
    fn none_one_and_several_are_told_apart() {
        assert!(matches!(only::<u8>("peer", [].into_iter()), Err(ServiceError::NotFound { .. })));
        assert_eq!(only("peer", [7].into_iter()).unwrap(), 7);
        assert!(matches!(only("peer", [7, 8].into_iter()), Err(ServiceError::Ambiguous { count: 2, .. })));
    }
}
