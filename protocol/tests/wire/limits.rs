//! Each limit at its edge, and bytes of strangers.

use keys::{Timestamp, sealing::SealingKey};
use proptest::prelude::*;
use protocol::{
    envelope::{OVERHEAD, Outer, OuterError, padded_length},
    limits::{MAX_BODY, MAX_ENVELOPE, MAX_HEADER, MAX_INNER, MAX_NOTE, MAX_PROGRESS_TEXT, MAX_REASON_TEXT, MIN_PADDED},
    open::{OpeningKey, SealedEnvelope},
    packet::{Body, BodyError, Inner, InnerError, NoteBody, OfferBody, PacketKind, Text, TextError},
};

use crate::made::{NOW, agency, me, offer};

#[test]
fn the_longest_packet_fits_an_envelope() {
    assert!(padded_length(MAX_INNER + 4) + OVERHEAD <= MAX_ENVELOPE);
    const { assert!(MAX_HEADER + MAX_BODY < MAX_INNER) };
}

#[test]
fn an_envelope_is_neither_shorter_nor_longer_than_its_limits() {
    for length in [OVERHEAD + MIN_PADDED - 1, MAX_ENVELOPE + 1] {
        assert_eq!(Outer::parse(&vec![0; length]).err(), Some(OuterError::Length(length)));
    }
    for length in [OVERHEAD + MIN_PADDED, MAX_ENVELOPE] {
        assert_eq!(Outer::parse(&vec![0; length]).err(), Some(OuterError::Magic));
    }
}

#[test]
fn packets_and_bodies_above_their_limits_are_refused_unread() {
    assert!(matches!(Inner::from_bytes(&vec![0; MAX_INNER + 1]), Err(InnerError::TooLong(_))));
    let long = protocol::packet::Embedded(vec![0; MAX_BODY]);
    let body = Body::Offer(OfferBody { nonce: long.clone(), triage: long });
    assert!(matches!(body.to_bytes(), Err(BodyError::TooLong(_))));
    let read = Body::from_bytes(PacketKind::Note, &vec![0; MAX_BODY + 1]);
    assert_eq!(read, Err(BodyError::TooLong(MAX_BODY + 1)));
    let inner = offer::inner_with(&[0; 10], &vec![0; MAX_BODY + 1]);
    assert!(matches!(Inner::from_bytes(&inner), Err(InnerError::BodyTooLong(_))));
    let inner = offer::inner_with(&vec![0; MAX_HEADER + 1], &[]);
    assert!(matches!(Inner::from_bytes(&inner), Err(InnerError::HeaderTooLong(_))));
}

#[test]
fn texts_end_at_their_limits() {
    fn edge<const MAX: usize>() {
        assert!(Text::<MAX>::parse("ក".repeat(MAX)).is_ok());
        let long = Text::<MAX>::parse("ក".repeat(MAX + 1));
        assert_eq!(long, Err(TextError::TooLong { length: MAX + 1, max: MAX }));
    }
    edge::<MAX_NOTE>();
    edge::<MAX_PROGRESS_TEXT>();
    edge::<MAX_REASON_TEXT>();
    assert_eq!((MAX_NOTE, MAX_PROGRESS_TEXT, MAX_REASON_TEXT), (2_000, 300, 200));
}

#[test]
fn a_clock_is_wrong_more_than_45_days_behind_or_a_day_ahead() {
    let (from, to) = (agency("CMO ប៉ោយប៉ែត", "reception", 1), agency("មណ្ឌលសុខភាព", "health", 2));
    let key = SealingKey::from_seed(to.sealing.seed().duplicate());
    let keys = [OpeningKey { key: key.into(), introduced: None }];
    let sealed = SealedEnvelope::parse(&offer::envelope(&from, &to)).expect("an envelope");
    let packet = sealed.open(&keys, &me(&to)).expect("opens").verify(&from.verified, &me(&to)).expect("verifies");
    let (day, late) = (Timestamp::DAY, NOW.plus(45 * Timestamp::DAY));
    assert!(!packet.clock_is_wrong(late) && packet.clock_is_wrong(late.plus(1)));
    assert!(!packet.clock_is_wrong(NOW.minus(day)) && packet.clock_is_wrong(NOW.minus(day + 1)));
}

#[test]
fn bodies_hold_what_their_kind_carries_and_nothing_else() {
    let note = Body::Note(NoteBody { text: Text::parse("អរគុណ").expect("short") });
    let bytes = note.to_bytes().expect("short");
    for kind in PacketKind::ALL {
        let read = Body::from_bytes(kind, &bytes);
        if kind == PacketKind::Note {
            assert_eq!(read.as_ref(), Ok(&note));
        } else {
            assert_eq!(read, Err(BodyError::Malformed(kind)));
        }
    }
    let bad: [(PacketKind, &[u8]); 5] = [
        (PacketKind::Accept, b"\xa1\x64note\xf6"),         // null for an absent note
        (PacketKind::Accept, b"\xa1\x64note\x60"),         // an empty note
        (PacketKind::Withdraw, b"\xa1\x66reason\x64whim"), // an unknown reason
        (PacketKind::Complete, b"\xa1\x67outcome\x00"),    // a number for a code
        (PacketKind::Progress, b"\xa2\x64date\x68tomorrow\x66status\x67arrived"),
    ];
    for (kind, bytes) in bad {
        assert_eq!(Body::from_bytes(kind, bytes), Err(BodyError::Malformed(kind)), "{kind:?}");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_a_parser(bytes: Vec<u8>, kind in prop::sample::select(PacketKind::ALL.to_vec())) {
        prop_assert!(SealedEnvelope::parse(&bytes).is_err());
        prop_assert!(Inner::from_bytes(&bytes).is_err());
        let _ = Body::from_bytes(kind, &bytes);
    }

    #[test]
    fn a_changed_byte_of_a_packet_never_verifies(place in 0_usize..1_700, flip in 1_u8..) {
        let (from, to) = (agency("CMO ប៉ោយប៉ែត", "reception", 1), agency("មណ្ឌលសុខភាព", "health", 2));
        let mut inner = offer::inner(&from, &to);
        let place = place % inner.len();
        inner[place] ^= flip;
        let key = SealingKey::from_seed(to.sealing.seed().duplicate());
        let keys = [OpeningKey { key: key.into(), introduced: None }];
        let bytes = offer::sealed(&inner, &to);
        let opened = SealedEnvelope::parse(&bytes).and_then(|sealed| sealed.open(&keys, &me(&to)));
        let verified = opened.is_ok_and(|opened| opened.verify(&from.verified, &me(&to)).is_ok());
        prop_assert!(!verified, "byte {}", place);
    }
}
