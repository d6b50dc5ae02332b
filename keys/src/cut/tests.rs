//! What a peer is told by a cut, and what it can't be told.

use super::*;
use crate::testing::Seeded;

fn hash(byte: u8) -> Digest {
    Digest([byte; 32])
}

fn peer(byte: u8) -> AgencyId {
    AgencyId::new(hash(byte))
}

fn leaf(byte: u8) -> CutLeaf {
    let packet = |exchange| LastPacket { exchange: hash(exchange), incarnation: 2, seq: 5, hash: hash(90) };
    CutLeaf { peer: peer(byte), salt: [byte; 32], packets: vec![packet(1), packet(2)], receipts: vec![hash(7)] }
}

fn cut() -> Cut {
    Cut::build(vec![leaf(1), leaf(2), leaf(3)], &mut Seeded::new(1)).expect("a good cut")
}

#[test]
fn each_peer_verifies_its_own_leaf_and_no_other() {
    let cut = cut();
    for (leaf, path) in cut.leaves() {
        let path = CutPath::from_bytes(&path.to_bytes()).expect("reads");
        assert!(verify(cut.root(), leaf.peer, &leaf.to_bytes(), &path).is_ok());
        assert_eq!(verify(cut.root(), peer(9), &leaf.to_bytes(), &path), Err(CutError::OtherPeer(leaf.peer)));
        assert_eq!(verify(hash(0), leaf.peer, &leaf.to_bytes(), &path), Err(CutError::OtherRoot));
        let more = CutLeaf { receipts: vec![hash(7), hash(8)], ..leaf.clone() };
        assert_eq!(verify(cut.root(), leaf.peer, &more.to_bytes(), &path), Err(CutError::OtherRoot));
    }
    let (one, other) = (&cut.leaves()[0], &cut.leaves()[1]);
    assert_eq!(verify(cut.root(), one.0.peer, &one.0.to_bytes(), &other.1), Err(CutError::OtherRoot));
}

#[test]
fn a_packet_stands_inside_the_cut_only() {
    let cut = cut();
    let (leaf, path) = &cut.leaves()[0];
    let mine = verify(cut.root(), leaf.peer, &leaf.to_bytes(), path).expect("verifies");
    assert_eq!(mine.covers(hash(1), 2, 5, hash(90)), Place::Inside);
    assert_eq!(mine.covers(hash(1), 2, 5, hash(91)), Place::Outside);
    for (incarnation, seq) in [(2, 6), (3, 1), (u64::MAX, 5)] {
        assert_eq!(mine.covers(hash(1), incarnation, seq, hash(90)), Place::Outside);
    }
    for (incarnation, seq) in [(2, 4), (1, 9)] {
        assert_eq!(mine.covers(hash(1), incarnation, seq, hash(80)), Place::Before);
    }
    assert_eq!(mine.covers(hash(3), 1, 1, hash(90)), Place::Outside);
    assert!(mine.covers_receipt(hash(7)) && !mine.covers_receipt(hash(8)));
}

#[test]
fn before_the_cut_only_the_chain_counts() {
    let cut = cut();
    let (leaf, path) = &cut.leaves()[0];
    let mine = verify(cut.root(), leaf.peer, &leaf.to_bytes(), path).expect("verifies");
    let link = |hash_of, prev: Option<u8>| Link { hash: hash(hash_of), prev: prev.map(hash) };
    let links = [link(90, Some(80)), link(80, Some(70)), link(70, None), link(81, Some(70)), link(91, Some(90))];
    assert_eq!(mine.standing(hash(1), &links).into_iter().collect::<Vec<_>>(), [hash(70), hash(80), hash(90)]);
    // A gap: what lies before it waits. A ring ends.
    assert_eq!(mine.standing(hash(1), &links[1..]).len(), 1);
    assert_eq!(mine.standing(hash(1), &[link(90, Some(90))]).len(), 1);
    assert!(mine.standing(hash(3), &links).is_empty());
}

#[test]
fn lists_and_paths_are_ordered_and_bounded() {
    let twice = CutLeaf { packets: vec![leaf(1).packets[0]; 2], ..leaf(1) };
    let backward = CutLeaf { receipts: vec![hash(8), hash(7)], ..leaf(1) };
    let many = CutLeaf { receipts: vec![hash(7); MAX_RECEIPTS + 1], ..leaf(1) };
    let zero = CutLeaf { packets: vec![LastPacket { seq: 0, ..leaf(1).packets[0] }], ..leaf(1) };
    for bad in [twice, backward, many, zero] {
        assert_eq!(CutLeaf::from_bytes(&bad.to_bytes()), Err(CutError::List));
        assert_eq!(Cut::build(vec![bad], &mut Seeded::new(1)).err(), Some(CutError::List));
    }
    assert_eq!(CutLeaf::from_bytes(&leaf(1).to_bytes()), Ok(leaf(1)));
    assert_eq!(Cut::build(vec![leaf(1), leaf(1)], &mut Seeded::new(1)).err(), Some(CutError::Peers));
    let long = vec![0; MAX_LEAF_BYTES + 1];
    assert_eq!(verify(hash(0), peer(1), &long, &cut().leaves()[0].1), Err(CutError::TooLarge(MAX_LEAF_BYTES + 1)));
    let most = |n: usize| {
        (0..n).map(|i| [&[0; 24][..], &(i as u64).to_be_bytes()].concat()).map(|b| Digest(b.try_into().expect("32")))
    };
    let packets = most(MAX_PACKETS).map(|exchange| LastPacket { exchange, ..leaf(1).packets[0] }).collect();
    let full = CutLeaf { packets, receipts: most(MAX_RECEIPTS).collect(), ..leaf(1) };
    assert!(full.to_bytes().len() <= MAX_LEAF_BYTES && CutLeaf::from_bytes(&full.to_bytes()).is_ok());
    for (index, siblings) in
        [(0u64, vec![hash(0); DEPTH - 1]), (0, vec![hash(0); DEPTH + 1]), (1 << DEPTH, vec![hash(0); DEPTH])]
    {
        let mut bytes = Vec::new();
        let written = minicbor::Encoder::new(&mut bytes).map(2).and_then(|e| {
            e.u8(0)?.u64(index)?.u8(1)?.encode(&siblings)?;
            Ok(())
        });
        written.expect("a vector takes all");
        assert_eq!(CutPath::from_bytes(&bytes), Err(CutError::Path));
    }
}
