//! What people type, scan and paste: ids, digits, cards, codes, names.

use keys::{AgencyId, Card, Digest, Fingerprint, card::QrPayload, kit, log};
use node::{
    config::{NetworkName, PublicUrl},
    parsers,
    service::PersonName,
};
use protocol::{
    CaseId, ConsentId, ExchangeId,
    consent::{Grantee, NamedField},
    envelope::{from_armour, to_armour},
    exchange::Refusal,
    khmer,
    offer::{Area, AskedService},
    packet::Text,
    record::PartialDate,
};

/// What is read is shown so that it reads back as the same.
fn both_ways<T>(text: &str)
where
    T: std::str::FromStr + std::fmt::Display + PartialEq,
{
    if let Ok(value) = text.parse::<T>() {
        let again = value.to_string().parse::<T>();
        assert!(again.is_ok_and(|again| again == value), "{} reads back otherwise", std::any::type_name::<T>());
    }
}

/// One short text, as each thing that it may be.
pub fn texts(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    both_ways::<AgencyId>(text);
    both_ways::<Digest>(text);
    both_ways::<ExchangeId>(text);
    both_ways::<CaseId>(text);
    both_ways::<ConsentId>(text);
    both_ways::<Fingerprint>(text);
    both_ways::<QrPayload>(text);
    both_ways::<NamedField>(text);
    both_ways::<Grantee>(text);
    both_ways::<PartialDate>(text);
    let _ =
        (text.parse::<NetworkName>().is_ok(), text.parse::<PublicUrl>().is_ok(), text.parse::<PersonName>().is_ok());
    let _ = (log::check_name(text), log::check_country(text), kit::read(text).is_ok(), parsers::cursor(text));
    let _ = (text.parse::<Area>().is_ok(), text.parse::<AskedService>().is_ok());
    let _ = Refusal::from_code(text);
    let key = khmer::key(text);
    assert_eq!(khmer::key(&key), key, "a spelling's key has another key");
    let _ = (khmer::clusters(&key), khmer::latin::key(text));
    if let Ok(text) = Text::<200>::parse(text) {
        assert!(text.as_str().chars().count() <= 200);
    }
}

/// Cards and envelopes as text, in mails and files.
pub fn armour(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(card) = Card::parse(text) {
        assert_eq!(Card::parse(&card.to_text()).as_ref(), Ok(&card), "a card reads back otherwise");
    }
    if let Ok(envelopes) = from_armour(text) {
        let again: Vec<Vec<u8>> =
            envelopes.iter().flat_map(|bytes| from_armour(&to_armour(bytes)).unwrap_or_default()).collect();
        assert_eq!(again, envelopes, "an envelope reads back otherwise");
    }
}
