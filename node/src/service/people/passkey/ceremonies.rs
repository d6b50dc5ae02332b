//! What was asked of a device and waits for its answer: a random challenge each, good once and for five minutes. In
//! memory only; a restart asks anew.
//!
//! Whoever has not signed in may ask too, and may be many. So there is a place for each person who adds a passkey, and
//! for the others a fixed number, of which one network has a small part: who asks more loses their own oldest.

use std::{collections::HashMap, net::IpAddr};

use keys::{Digest, Entropy, Timestamp};
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration};

use super::ANSWER_WITHIN;
use crate::service::people::{PersonId, SessionId, guesses::network_of, secrets::CeremonyToken};

/// Sign-ins that wait at one time; the oldest gives way.
const MOST: usize = 4_096;
/// The same of one network: an office.
const MOST_OF_ONE: usize = 64;

/// What is waited for.
pub(super) enum Waiting {
    /// Somebody signs in: who, the device will say.
    SignIn(DiscoverableAuthentication),
    /// An invited person enrols: who, and the hash of the invitation.
    Enrol(PersonId, Digest, PasskeyRegistration),
    /// A person adds one, in this session.
    Add(PersonId, SessionId, PasskeyRegistration),
}

impl Waiting {
    /// For whom, if that is known.
    const fn person(&self) -> Option<PersonId> {
        match self {
            Self::SignIn(_) => None,
            Self::Enrol(person, ..) | Self::Add(person, ..) => Some(*person),
        }
    }
}

struct Ceremony {
    begun: Timestamp,
    /// Grows with each: which of two is older.
    number: u64,
    network: IpAddr,
    waiting: Waiting,
}

/// All that is waited for, by the hash of the token that the browser keeps.
#[derive(Default)]
pub(super) struct Ceremonies {
    by_token: HashMap<Digest, Ceremony>,
    begun: u64,
}

impl Ceremonies {
    /// From now on the answer is waited for; the token is for the browser that asked.
    pub(super) fn begin(
        &mut self,
        waiting: Waiting,
        from: IpAddr,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> CeremonyToken {
        let network = network_of(from);
        self.by_token.retain(|_, one| !over(one, now));
        match waiting.person() {
            Some(person) => self.forget(person),
            None => self.make_room(network),
        }
        self.begun += 1;
        let token = CeremonyToken::random(entropy);
        self.by_token.insert(token.hash(), Ceremony { begun: now, number: self.begun, network, waiting });
        token
    }

    /// What the answer is to; it is waited for no more, whatever the answer is.
    pub(super) fn take(&mut self, token: &CeremonyToken, now: Timestamp) -> Option<Waiting> {
        self.by_token.remove(&token.hash()).filter(|one| !over(one, now)).map(|one| one.waiting)
    }

    /// Of this person nothing is waited for any more.
    pub(super) fn forget(&mut self, person: PersonId) {
        self.by_token.retain(|_, one| one.waiting.person() != Some(person));
    }

    fn make_room(&mut self, network: IpAddr) {
        let outside = |one: &&Ceremony| one.waiting.person().is_none();
        if self.by_token.values().filter(outside).filter(|one| one.network == network).count() >= MOST_OF_ONE {
            self.drop_oldest(|one| one.network == network);
        }
        if self.by_token.values().filter(outside).count() >= MOST {
            self.drop_oldest(|_| true);
        }
    }

    fn drop_oldest(&mut self, which: impl Fn(&Ceremony) -> bool) {
        let outside = self.by_token.iter().filter(|(_, one)| one.waiting.person().is_none() && which(one));
        if let Some(oldest) = outside.min_by_key(|(_, one)| one.number).map(|(hash, _)| *hash) {
            self.by_token.remove(&oldest);
        }
    }
}

fn over(one: &Ceremony, now: Timestamp) -> bool {
    now.0.saturating_sub(one.begun.0) >= ANSWER_WITHIN
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::{service::people::Site, world::testing::SeededEntropy};

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    const START: Timestamp = Timestamp(1_780_272_000);

    fn sign_in() -> Waiting {
        let checks = Site::of(&[], 7080, false).unwrap().checks("CMO").unwrap();
        Waiting::SignIn(checks.start_discoverable_authentication().unwrap().1)
    }

    #[test]
    fn a_challenge_is_answered_once_and_within_five_minutes() {
        let (mut all, mut entropy) = (Ceremonies::default(), SeededEntropy::new(1));
        let token = all.begin(sign_in(), HERE, START, &mut entropy);
        assert!(all.take(&token, START).is_some() && all.take(&token, START).is_none());
        let token = all.begin(sign_in(), HERE, START, &mut entropy);
        assert!(all.take(&token, Timestamp(START.0 + ANSWER_WITHIN)).is_none());
        let other = CeremonyToken::random(&mut entropy);
        assert!(all.take(&other, START).is_none());
    }

    #[test]
    fn however_many_ask_memory_is_bounded_and_one_network_takes_only_its_own_places() {
        let (mut all, mut entropy) = (Ceremonies::default(), SeededEntropy::new(1));
        let waiting = sign_in();
        let Waiting::SignIn(state) = waiting else { panic!("a sign-in") };
        let mut begin = |all: &mut Ceremonies, from: u32| {
            let from = IpAddr::V4(Ipv4Addr::from_bits(from));
            all.begin(Waiting::SignIn(state.clone()), from, START, &mut entropy)
        };
        let office = begin(&mut all, 1);
        for _ in 0..10 * MOST_OF_ONE {
            begin(&mut all, 2);
        }
        assert_eq!(all.by_token.len(), 1 + MOST_OF_ONE);
        assert!(all.take(&office, START).is_some(), "the flood pushed its own out");
        for from in 0..u32::try_from(MOST).unwrap() + 100 {
            begin(&mut all, from);
            assert!(all.by_token.len() <= MOST);
        }
    }
}
