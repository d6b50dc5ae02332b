//! Single rules: crossings, forks, gaps, broken chains, deadlines.

use keys::{Digest, Timestamp};

use super::simulator::{NOW, World, index, offer, parties, step};
use crate::{
    exchange::{Alarm, Answer, Due, Effect, Exchange, Fate, Mark, Position, Refusal, Role, State, Step, Verdict},
    limits::{LAPSE_GRACE, MAX_CHAIN, MAX_HELD, RECEIPT_OVERDUE, SEEDS_END},
    packet::{Class, PacketKind},
};

fn recipient() -> Exchange {
    Exchange::from_offer(parties(Role::Recipient), &offer(1), NOW).expect("an offer").0
}

/// Both sides have seen all that these acts sent.
fn after(acts: &[(Role, PacketKind)]) -> World {
    let mut world = World::offered();
    world.deliver(Role::Origin, 0, true);
    for (role, kind) in acts {
        assert!(world.act(*role, *kind, Mark::None), "{kind:?}");
        let last = world.nodes[index(*role)].outbox.len() - 1;
        world.deliver(*role, last, true);
    }
    world
}

/// The step that `role` would send, with `number` for its hash.
fn made(world: &World, role: Role, kind: PacketKind, number: u64) -> Step {
    step(kind, &world.nodes[index(role)].exchange().next(kind).expect("may be sent"), number)
}

const ACCEPTED: (Role, PacketKind) = (Role::Recipient, PacketKind::Accept);
const RELEASED: (Role, PacketKind) = (Role::Origin, PacketKind::Release);

#[test]
fn an_exchange_goes_its_way_to_complete() {
    let world =
        after(&[ACCEPTED, RELEASED, (Role::Recipient, PacketKind::Progress), (Role::Recipient, PacketKind::Complete)]);
    assert_eq!(world.nodes[0].exchange().state(), State::Completed);
    assert_eq!(world.nodes[1].received_bodies, [PacketKind::Offer, PacketKind::Release]);
}

#[test]
fn a_release_that_crosses_a_return_is_destroyed_unread_and_the_receipt_covers_it() {
    let mut world = after(&[ACCEPTED]);
    assert!(world.act(Role::Recipient, PacketKind::Return, Mark::None));
    assert!(world.act(Role::Recipient, PacketKind::Erased, Mark::None));
    assert!(world.act(Role::Origin, PacketKind::Release, Mark::None));
    world.settle();
    world.check_converged();
    assert!(!world.nodes[1].received_bodies.contains(&PacketKind::Release));
    let receipts = world.nodes[1].outbox.iter().filter(|sent| sent.step.kind == Some(PacketKind::Erased)).count();
    assert_eq!(receipts, 2, "the first did not cover the release");
}

#[test]
fn a_note_that_crosses_a_withdrawal_does_not_block_the_receipt_behind_it() {
    let mut world = after(&[ACCEPTED, RELEASED]);
    assert!(world.act(Role::Recipient, PacketKind::Note, Mark::None));
    assert!(world.act(Role::Origin, PacketKind::Withdraw, Mark::None));
    world.settle();
    world.check_converged();
    assert!(!world.nodes[0].received_bodies.contains(&PacketKind::Note));
    assert!(world.nodes[0].received_bodies.contains(&PacketKind::Erased));
}

#[test]
fn an_acceptance_overtaken_by_a_lapse_alarms_both_sides() {
    let mut world = after(&[]);
    let accept = made(&world, Role::Recipient, PacketKind::Accept, 90);
    let withdraw = Step { mark: Mark::Lapsed, ..made(&world, Role::Origin, PacketKind::Withdraw, 91) };
    let alarm = Effect::Alarm(Alarm::AcceptanceOvertakenByLapse);
    for (role, own, other) in [(Role::Origin, &withdraw, &accept), (Role::Recipient, &accept, &withdraw)] {
        let exchange = world.nodes[index(role)].exchange.as_mut().expect("has one");
        exchange.sent(own, NOW).expect("legal");
        let Verdict::Applied { effects, .. } = exchange.receive(other, NOW) else { panic!("applied") };
        assert!(effects.contains(&alarm), "{role:?}");
    }
}

#[test]
fn a_withdrawal_after_completion_carries_a_fresh_key_and_goes_to_the_sealing_key() {
    let mut world = after(&[ACCEPTED, RELEASED, (Role::Recipient, PacketKind::Complete)]);
    assert!(world.nodes[0].seeds.is_empty() && world.nodes[1].seeds.is_empty());
    let next = world.nodes[0].exchange().next(PacketKind::Withdraw).expect("from every state");
    assert!(next.fresh_key);
    assert_eq!(next.class, Class::Sealing);
    world.act(Role::Origin, PacketKind::Withdraw, Mark::None);
    world.settle();
    world.check_converged();
}

#[test]
fn a_second_packet_with_one_number_is_a_fork_and_stops_all_but_ends() {
    let world = after(&[ACCEPTED]);
    let (one, two) =
        (made(&world, Role::Origin, PacketKind::Release, 90), made(&world, Role::Origin, PacketKind::Release, 91));
    let mut here = world.nodes[1].exchange().clone();
    assert!(matches!(here.receive(&one, NOW), Verdict::Applied { .. }));
    assert!(matches!(here.receive(&one, NOW), Verdict::Duplicate { refused: None }));
    assert!(matches!(here.receive(&two, NOW), Verdict::Equivocation(fork) if fork.other == two.position));
    assert!(here.is_stopped());
    assert!(here.may_send(PacketKind::Note).is_err());
    assert!(here.may_send(PacketKind::Return).is_ok());
    let note = Step {
        prev: Some(one.position.hash),
        position: Position { seq: 3, ..two.position },
        ..made(&world, Role::Origin, PacketKind::Release, 92)
    };
    assert!(matches!(here.receive(&note, NOW), Verdict::Refused { code: Refusal::Stopped, .. }));
}

#[test]
fn a_gap_waits_bounded_and_two_that_wait_with_one_number_are_a_fork() {
    let mut here = recipient();
    let early = |seq: u64| {
        let first = offer(seq);
        Step { position: Position { seq, ..first.position }, ..first }
    };
    for seq in 3..3 + MAX_HELD as u64 {
        assert_eq!(here.receive(&early(seq), NOW), Verdict::Held { keep: true });
        assert_eq!(here.receive(&early(seq), NOW), Verdict::Held { keep: false });
    }
    assert_eq!(here.receive(&early(900), NOW), Verdict::Held { keep: false });
    assert_eq!(here.held().len(), MAX_HELD);
    let other = Step { position: Position { hash: Digest([9; 32]), ..early(3).position }, ..early(3) };
    assert!(matches!(here.receive(&other, NOW), Verdict::Equivocation(_)));
}

#[test]
fn what_waited_is_taken_once_the_gap_closed() {
    let world = after(&[ACCEPTED]);
    let mut origin = world.nodes[0].clone();
    let release = made(&world, Role::Origin, PacketKind::Release, 90);
    origin.exchange.as_mut().expect("has one").sent(&release, NOW).expect("legal");
    let next = origin.exchange().next(PacketKind::Note).expect("released");
    let note = step(PacketKind::Note, &next, 91);
    let mut here = world.nodes[1].exchange().clone();
    assert_eq!(here.receive(&note, NOW), Verdict::Held { keep: true });
    assert_eq!(here.take_held(), None);
    assert!(matches!(here.receive(&release, NOW), Verdict::Applied { .. }));
    assert_eq!(here.take_held(), Some(note.position));
    assert!(matches!(here.receive(&note, NOW), Verdict::Applied { body: Fate::Keep, .. }));
}

#[test]
fn each_break_of_the_chain_is_rejected_and_changes_nothing() {
    let world = after(&[ACCEPTED]);
    let good = made(&world, Role::Origin, PacketKind::Release, 90);
    let foreign = Some(Position { incarnation: 1, seq: 7, hash: Digest([9; 32]) });
    let cases = [
        (Step { prev: Some(Digest([9; 32])), ..good.clone() }, Refusal::Chain),
        (Step { prev: None, ..good.clone() }, Refusal::Chain),
        (Step { position: Position { seq: 0, ..good.position }, ..good.clone() }, Refusal::Chain),
        (Step { seen: foreign, ..good.clone() }, Refusal::Seen),
        (Step { position: Position { incarnation: 0, ..good.position }, ..good.clone() }, Refusal::OldIncarnation),
        (
            Step { position: Position { incarnation: 0, seq: 1, ..good.position }, ..good.clone() },
            Refusal::OldIncarnation,
        ),
        (Step { position: Position { incarnation: 2, seq: 1, ..good.position }, ..good.clone() }, Refusal::Behind),
    ];
    for (bad, code) in cases {
        let mut here = world.nodes[1].exchange().clone();
        assert_eq!(here.receive(&bad, NOW), Verdict::Rejected { code });
        assert_eq!(&here, world.nodes[1].exchange());
    }
}

#[test]
fn seen_never_goes_back() {
    let world = after(&[ACCEPTED, RELEASED]);
    let back = Step { seen: None, ..made(&world, Role::Origin, PacketKind::Note, 90) };
    let mut here = world.nodes[1].exchange().clone();
    assert_eq!(here.receive(&back, NOW), Verdict::Rejected { code: Refusal::Seen });
}

#[test]
fn an_illegal_packet_takes_its_place_and_what_follows_goes_on() {
    let world = after(&[]);
    let place = world.nodes[1].exchange().next(PacketKind::Accept).expect("offered");
    let complete = step(PacketKind::Complete, &place, 90);
    let mut here = world.nodes[0].exchange().clone();
    assert!(matches!(here.receive(&complete, NOW), Verdict::Refused { code: Refusal::NotNow, .. }));
    assert_eq!(here.receive(&complete, NOW), Verdict::Duplicate { refused: Some(Refusal::NotNow) });
    let accept = Step {
        position: Position { seq: 2, ..step(PacketKind::Accept, &place, 91).position },
        prev: Some(complete.position.hash),
        ..step(PacketKind::Accept, &place, 91)
    };
    assert!(matches!(here.receive(&accept, NOW), Verdict::Applied { .. }));
    assert_eq!(here.state(), State::Accepted);
}

#[test]
fn wrong_class_missing_key_unknown_type_and_bad_body_are_refused_by_name() {
    let world = after(&[]);
    let accept = made(&world, Role::Recipient, PacketKind::Accept, 90);
    let cases = [
        (Step { class: Class::Sealing, ..accept.clone() }, Refusal::Class),
        (Step { introduces: None, ..accept.clone() }, Refusal::NoKey),
        (Step { kind: None, ..accept.clone() }, Refusal::Type),
        (accept.clone().refused(Refusal::Body), Refusal::Body),
        (Step { objection: Some(Refusal::Transfer), ..accept }, Refusal::Transfer),
    ];
    for (bad, expected) in cases {
        let mut here = world.nodes[0].exchange().clone();
        assert!(matches!(here.receive(&bad, NOW), Verdict::Refused { code, .. } if code == expected), "{expected:?}");
        assert_eq!(here.state(), State::Offered);
    }
}

#[test]
fn an_end_counts_whatever_is_odd_about_its_body() {
    let world = after(&[ACCEPTED, RELEASED]);
    let withdraw = made(&world, Role::Origin, PacketKind::Withdraw, 90).refused(Refusal::Body);
    let mut here = world.nodes[1].exchange().clone();
    assert!(matches!(here.receive(&withdraw, NOW), Verdict::Applied { .. }));
    assert_eq!(here.state(), State::Withdrawn);
}

#[test]
fn a_release_that_the_recipient_refused_may_be_sent_again() {
    let mut world = after(&[ACCEPTED]);
    let release = made(&world, Role::Origin, PacketKind::Release, 90).refused(Refusal::NotCovered);
    let mut there = world.nodes[1].exchange().clone();
    assert!(matches!(there.receive(&release, NOW), Verdict::Refused { code: Refusal::NotCovered, .. }));
    assert_eq!(there.state(), State::Accepted);
    let here = world.nodes[0].exchange.as_mut().expect("has one");
    here.sent(&Step { objection: None, ..release.clone() }, NOW).expect("legal");
    assert!(here.may_send(PacketKind::Release).is_err());
    here.answered(&release.position, Answer::Refused(Some(Refusal::NotCovered)), None);
    assert_eq!(here.state(), State::Accepted);
    assert!(here.may_send(PacketKind::Release).is_ok());
}

#[test]
fn the_origin_lapses_its_offer_and_the_recipient_a_day_later() {
    let world = after(&[]);
    let expires = world.nodes[0].exchange().expires();
    let [origin, recipient] = &world.nodes;
    assert_eq!(origin.exchange().due(expires.minus(1)), None);
    assert_eq!(origin.exchange().due(expires), Some(Due::WithdrawLapsed));
    assert!(recipient.exchange().is_late(expires));
    assert_eq!(recipient.exchange().due(expires), None);
    assert_eq!(recipient.exchange().due(expires.plus(LAPSE_GRACE)), Some(Due::DeclineLapsed));
    assert_eq!(recipient.exchange().wake_at(), Some(expires.plus(LAPSE_GRACE)));
    assert_eq!(after(&[ACCEPTED]).nodes[0].exchange().due(Timestamp(u64::MAX)), None);
}

#[test]
fn a_missing_receipt_is_overdue_after_a_week_and_old_seeds_end_after_45_days() {
    let mut world = after(&[ACCEPTED, RELEASED]);
    assert!(world.act(Role::Recipient, PacketKind::Return, Mark::None));
    let mut here = world.nodes[1].exchange().clone();
    assert!(!here.receipt_overdue(NOW.plus(RECEIPT_OVERDUE - 1)));
    assert!(here.receipt_overdue(NOW.plus(RECEIPT_OVERDUE)));
    assert!(here.end_old_seeds(NOW.plus(SEEDS_END - 1)).is_empty());
    assert!(!here.end_old_seeds(NOW.plus(SEEDS_END)).is_empty());
    assert!(here.live_seeds().is_empty());
}

#[test]
fn a_chain_that_is_full_takes_ends_only() {
    let mut world = after(&[ACCEPTED, RELEASED]);
    while (world.nodes[0].outbox.len() as u64) < MAX_CHAIN {
        assert!(world.act(Role::Origin, PacketKind::Note, Mark::None));
        let last = world.nodes[0].outbox.len() - 1;
        world.deliver(Role::Origin, last, true);
    }
    assert!(!world.act(Role::Origin, PacketKind::Note, Mark::None));
    let withdraw = made(&world, Role::Origin, PacketKind::Withdraw, 9_000);
    let mut here = world.nodes[1].exchange().clone();
    let late = Step { kind: Some(PacketKind::Note), class: Class::Exchange, ..withdraw.clone() };
    let refused = here.clone().receive(&late, NOW);
    assert!(matches!(refused, Verdict::Refused { code: Refusal::TooLong, .. }));
    assert!(matches!(here.receive(&withdraw, NOW), Verdict::Applied { .. }));
}

#[test]
fn an_offer_that_was_refused_opens_nothing_and_asks_for_nothing() {
    let mut world = World::offered();
    let here = world.nodes[0].exchange.as_mut().expect("has one");
    let first = here.own_head().expect("the offer");
    here.answered(&first, Answer::Refused(Some(Refusal::Transfer)), None);
    assert!(here.is_void());
    assert_eq!(here.due(Timestamp(u64::MAX)), None);
    assert!(here.may_send(PacketKind::Withdraw).is_err());
}
