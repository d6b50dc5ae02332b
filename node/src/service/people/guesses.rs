//! Slows down whoever guesses, and nobody else.
//!
//! A try waits for two things: for the tries at this account *from this address*, and for all tries from this
//! address. An outsider who guesses at an account from elsewhere so delays only themselves: the person's own address
//! is not theirs. Names that nobody has wait alike, so that a wait tells nothing.
//!
//! All of it lies in memory, in maps of bounded size: a restart forgives, and costs the guesser the unlocking of the node.
//! Names are kept as keyed hashes, because people type passphrases into the wrong field.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    net::{IpAddr, Ipv6Addr},
};

use keys::Timestamp;

/// Tries at one account from one address that do not wait: typing mistakes.
const FREE_AT_ACCOUNT: u32 = 3;
/// The longest wait between tries at one account from one address, in seconds.
const LONGEST_AT_ACCOUNT: u64 = 300;
/// Tries from one address, at whatever account, that do not wait: the people of an office may share one.
const FREE_FROM_ADDRESS: u32 = 20;
/// The longest wait between tries from one address, in seconds.
const LONGEST_FROM_ADDRESS: u64 = 60;
/// After so many seconds without a try, all is forgotten.
const FORGOTTEN: u64 = 3_600;
/// Entries of one map.
const MOST: usize = 10_000;

/// Failed tries, and tries that are under way.
#[derive(Default)]
pub(in crate::service) struct Guesses {
    by_account: HashMap<(u64, IpAddr), Tries>,
    by_address: HashMap<IpAddr, Tries>,
    secret: RandomState,
}

/// A try that was let through; it counts as failed until it is told otherwise.
#[derive(Clone, Copy)]
pub(in crate::service) struct Try {
    account: u64,
    from: IpAddr,
}

#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    last: Timestamp,
    /// Since when nothing was forgiven.
    since: Timestamp,
}

impl Tries {
    /// For each longest wait that passes one try is forgiven: who guesses gains nothing by it, and the mistakes that
    /// an office makes in a day do not add up.
    fn now(self, longest: u64, now: Timestamp) -> Self {
        let times = now.0.saturating_sub(self.since.0) / longest;
        let count = self.count.saturating_sub(u32::try_from(times).unwrap_or(u32::MAX));
        let since = if count == 0 { now } else { Timestamp(self.since.0.saturating_add(times * longest)) };
        Self { count, since, ..self }
    }
}

impl Guesses {
    /// Lets a try through, or says how many seconds to wait. It counts at once, so that tries at one moment wait too.
    pub(in crate::service) fn begin(&mut self, name: &str, from: IpAddr, now: Timestamp) -> Result<Try, u64> {
        let this = Try { account: self.secret.hash_one(name), from: network_of(from) };
        let key = (this.account, this.from);
        let at_account = wait(self.by_account.get(&key), FREE_AT_ACCOUNT, LONGEST_AT_ACCOUNT, now);
        let from_address = wait(self.by_address.get(&this.from), FREE_FROM_ADDRESS, LONGEST_FROM_ADDRESS, now);
        match at_account.max(from_address) {
            0 => {
                count(&mut self.by_account, key, LONGEST_AT_ACCOUNT, now);
                count(&mut self.by_address, this.from, LONGEST_FROM_ADDRESS, now);
                Ok(this)
            }
            seconds => Err(seconds),
        }
    }

    /// The try was the right one: it, and the mistakes before it, are forgotten.
    pub(super) fn succeeded(&mut self, this: Try) {
        self.by_account.remove(&(this.account, this.from));
        if let Some(tries) = self.by_address.get_mut(&this.from) {
            tries.count = tries.count.saturating_sub(1);
        }
    }
}

/// Seconds until the next try: none for the first `free`, then 2, 4, 8 … from the last one, up to `longest`.
fn wait(tries: Option<&Tries>, free: u32, longest: u64, now: Timestamp) -> u64 {
    let tries = tries.map(|tries| tries.now(longest, now));
    let Some(tries) = tries.filter(|tries| tries.count >= free && !forgotten(tries, now)) else { return 0 };
    let pause = 2_u64.checked_pow(tries.count - free + 1).map_or(longest, |pause| pause.min(longest));
    pause.saturating_sub(now.0.saturating_sub(tries.last.0))
}

fn forgotten(tries: &Tries, now: Timestamp) -> bool {
    now.0.saturating_sub(tries.last.0) >= FORGOTTEN
}

fn count<K: Eq + Hash + Copy>(map: &mut HashMap<K, Tries>, key: K, longest: u64, now: Timestamp) {
    if map.len() >= MOST && !map.contains_key(&key) {
        make_room(map, now);
    }
    let before = map.get(&key).filter(|tries| !forgotten(tries, now)).map(|tries| tries.now(longest, now));
    let (count, since) = before.map_or((0, now), |tries| (tries.count, tries.since));
    map.insert(key, Tries { count: count.saturating_add(1), last: now, since });
}

/// Forgets what is old, else the older half: a quarter of the map stays free, so that it is not walked at each try.
fn make_room<K: Eq + Hash + Copy>(map: &mut HashMap<K, Tries>, now: Timestamp) {
    map.retain(|_, tries| !forgotten(tries, now));
    if map.len() >= MOST / 4 * 3 {
        let mut by_age: Vec<(Timestamp, K)> = map.iter().map(|(key, tries)| (tries.last, *key)).collect();
        by_age.sort_unstable_by_key(|(last, _)| *last);
        for (_, key) in by_age.iter().take(MOST / 2) {
            map.remove(key);
        }
    }
}

/// Whoever has one address of IPv6 has the other 2^64 of its network too.
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const START: Timestamp = Timestamp(1_780_272_000);

    fn after(seconds: u64) -> Timestamp {
        Timestamp(START.0 + seconds)
    }

    #[test]
    fn each_failure_doubles_the_wait_and_success_forgives() {
        let mut guesses = Guesses::default();
        for _ in 0..FREE_AT_ACCOUNT {
            assert!(guesses.begin("dara", HERE, START).is_ok());
        }
        assert_eq!(guesses.begin("dara", HERE, START).err(), Some(2));
        assert_eq!(guesses.begin("dara", HERE, after(1)).err(), Some(1));
        let right = guesses.begin("dara", HERE, after(2)).unwrap();
        assert_eq!(guesses.begin("dara", HERE, after(2)).err(), Some(4));
        guesses.succeeded(right);
        assert!(guesses.begin("dara", HERE, after(2)).is_ok());
    }

    #[test]
    fn an_address_that_tries_many_names_waits_at_all_of_them() {
        let mut guesses = Guesses::default();
        for name in 0..FREE_FROM_ADDRESS {
            assert!(guesses.begin(&name.to_string(), HERE, START).is_ok());
        }
        assert_eq!(guesses.begin("dara", HERE, START).err(), Some(2));
        let near: IpAddr = "2001:db8::1".parse().unwrap();
        let nearer: IpAddr = "2001:db8::2".parse().unwrap();
        for name in 0..FREE_FROM_ADDRESS {
            assert!(guesses.begin(&name.to_string(), near, START).is_ok());
        }
        assert!(guesses.begin("dara", nearer, START).is_err(), "the same network");
        assert!(guesses.begin("dara", "2001:db8:1::1".parse().unwrap(), START).is_ok());
    }

    #[test]
    fn an_office_that_mistypes_now_and_then_all_day_never_waits_and_a_guesser_there_is_forgiven_in_minutes() {
        let mut guesses = Guesses::default();
        let mut now = 0;
        for n in 0..200 {
            now += 45;
            // Of four sign-ins at one address, one is mistyped.
            let this = guesses.begin(&format!("name{}", n % 60), HERE, after(now)).expect("nobody guesses here");
            if n % 4 != 0 {
                guesses.succeeded(this);
            }
        }
        let mut guess = |seconds: &u64| guesses.begin(&seconds.to_string(), HERE, after(now + seconds)).is_ok();
        let through: Vec<u64> = (0..600).filter(&mut guess).collect();
        assert_eq!(through.iter().filter(|seconds| **seconds >= 300).count(), 5, "one in a minute: {through:?}");
        assert!(guesses.begin("maly", HERE, after(now + 1_200)).is_ok());
        assert!(guesses.begin("sophea", HERE, after(now + 1_200)).is_ok(), "also the next one");
    }

    #[test]
    fn the_maps_stay_within_their_bounds() {
        let mut guesses = Guesses::default();
        for n in 0..3 * u32::try_from(MOST).unwrap() {
            let _ = guesses.begin("dara", IpAddr::V4(Ipv4Addr::from_bits(n)), after(u64::from(n) / 100));
            assert!(guesses.by_account.len() <= MOST && guesses.by_address.len() <= MOST);
        }
    }

    proptest! {
        /// Whatever others do from their addresses, and however often, the person's first tries from their own do
        /// not wait; and from one address nobody tries an account more than a few times in a minute.
        #[test]
        fn nobody_is_locked_out_from_elsewhere_and_nobody_guesses_fast(
            tries in prop::collection::vec((0..3_u8, 1..5_u8, 0..20_u64), 0..400)
        ) {
            let mut guesses = Guesses::default();
            let mut now = START;
            let mut through: HashMap<(u8, u8), Vec<u64>> = HashMap::new();
            for (name, address, seconds) in tries {
                now = Timestamp(now.0 + seconds);
                let from = IpAddr::V4(Ipv4Addr::new(203, 0, 113, address));
                if guesses.begin(&name.to_string(), from, now).is_ok() {
                    through.entry((name, address)).or_default().push(now.0);
                }
            }
            for times in through.values() {
                prop_assert!(times.windows(8).all(|some| some[7] - some[0] >= 60), "{:?}", times);
            }
            for _ in 0..FREE_AT_ACCOUNT {
                prop_assert!(guesses.begin("0", HERE, now).is_ok());
            }
        }
    }
}
