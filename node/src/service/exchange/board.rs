//! All exchanges at a glance: built at start, in memory only, so that lists cost what they show.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
};

use keys::{AgencyId, Digest, Timestamp};
use protocol::{
    CaseId, ConsentId, ExchangeId,
    exchange::{Role, State},
    limits::{RECEIPT_OVERDUE, SEEDS_END},
};

use crate::service::rows::{ExchangeRow, FactsRow};

/// What lists need of one exchange.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub role: Role,
    pub peer: AgencyId,
    pub state: State,
    /// The offer itself was refused: nothing was opened, nothing can follow.
    pub void: bool,
    /// Our newest packet was refused.
    pub refused: bool,
    pub services: Vec<String>,
    pub urgency: String,
    pub sex: String,
    pub age_band: String,
    pub languages: Vec<String>,
    pub offered: Timestamp,
    pub answer_by: Timestamp,
    pub lapses: Timestamp,
    pub since: Timestamp,
    pub expected: Option<Timestamp>,
    pub case: Option<CaseId>,
    pub consent: Option<ConsentId>,
    pub erased: bool,
    pub alarms: Vec<String>,
    pub release_blocked: Option<String>,
    /// When the first end was sent or came.
    pub ended: Option<Timestamp>,
    /// From when a receipt that has not come is overdue.
    pub receipt_by: Option<Timestamp>,
}

impl Line {
    /// The line of a stored exchange.
    pub(crate) fn new(row: &ExchangeRow, facts: FactsRow) -> Self {
        Self {
            role: row.exchange.parties().role,
            peer: row.exchange.parties().peer(),
            state: row.exchange.state(),
            void: row.exchange.is_void(),
            refused: row.exchange.own_links().last().is_some_and(|link| link.refused.is_some()),
            services: facts.services,
            urgency: facts.urgency,
            sex: facts.sex,
            age_band: facts.age_band,
            languages: facts.languages,
            offered: row.offered,
            answer_by: row.answer_by,
            lapses: row.lapses,
            since: row.since,
            expected: row.expected,
            case: row.case,
            consent: row.consent,
            erased: row.erased.is_some(),
            alarms: row.alarms.clone(),
            release_blocked: row.release_blocked.clone(),
            ended: row.exchange.ended(),
            receipt_by: row
                .exchange
                .receipt_owed()
                .then(|| row.exchange.ended())
                .flatten()
                .map(|end| end.plus(RECEIPT_OVERDUE)),
        }
    }

    /// What it shows of the offer.
    pub(crate) fn facts(&self) -> FactsRow {
        FactsRow {
            services: self.services.clone(),
            urgency: self.urgency.clone(),
            sex: self.sex.clone(),
            age_band: self.age_band.clone(),
            languages: self.languages.clone(),
        }
    }

    /// Whether somebody's answer or the child's arrival is late.
    pub(crate) fn late(&self, now: Timestamp) -> bool {
        let answer = self.unanswered() && now > self.answer_by;
        let arrival = self.expected.is_some_and(|day| now > day.plus(Timestamp::DAY));
        answer || (arrival && !self.state.is_end())
    }

    /// Whether people read something else on it than on `before`.
    pub(crate) fn reads_otherwise(&self, before: &Self) -> bool {
        let read = |line: &Self| (line.state, line.void, line.refused, line.since, line.expected, line.erased);
        read(self) != read(before) || self.alarms != before.alarms || self.release_blocked != before.release_blocked
    }

    /// Whether this agency has just answered what waited on `before`.
    pub(crate) fn answers(&self, before: &Self) -> bool {
        before.unanswered() && !self.unanswered() && self.role == Role::Recipient
    }

    /// Whether nothing of it is left but headers and state, for longer than `kept` seconds.
    pub(crate) fn is_over(&self, now: Timestamp, kept: u64) -> bool {
        let erased = self.erased && self.receipt_by.is_none();
        let end = if self.void { Some(self.offered) } else { self.ended.filter(|_| erased) };
        end.is_some_and(|end| end.plus(kept) <= now)
    }

    /// Whether every list has it where it has `other`.
    fn stands_as(&self, other: &Self) -> bool {
        let place = |line: &Self| {
            let lists = (line.open(), line.unanswered(), line.state == State::Offered, line.rank());
            (lists, line.role, line.peer, line.offered, line.answer_by, line.lapses, line.case, line.consent)
        };
        place(self) == place(other)
    }

    fn open(&self) -> bool {
        !self.state.is_end() && !self.void
    }

    /// Whether it is an offer that waits for its answer.
    pub(crate) fn unanswered(&self) -> bool {
        self.state == State::Offered && !self.void
    }

    /// The state that people are told.
    pub(crate) const fn state_code(&self) -> &'static str {
        if self.void { "refused" } else { self.state.code() }
    }

    fn rank(&self) -> u8 {
        match self.urgency.as_str() {
            "critical" => 0,
            "high" => 1,
            "medium" => 2,
            _ => 3,
        }
    }
}

/// The first of all ids.
const LEAST: ExchangeId = ExchangeId::new(Digest([0; 32]));

/// The id that begins with these hexadecimal digits and goes on with `fill`.
fn filled_up(digits: &str, fill: char) -> Option<ExchangeId> {
    let more = 64_usize.checked_sub(digits.len())?;
    let text = digits.to_lowercase() + &fill.to_string().repeat(more);
    let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
    Some(ExchangeId::new(Digest(bytes.try_into().ok()?)))
}

/// A spoken reference, as a number.
fn number_of(reference: &str) -> Option<u32> {
    let digits: String = reference.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 6 && reference.chars().all(|c| c.is_ascii_digit() || c == ' ') {
        digits.parse().ok()
    } else {
        None
    }
}

/// Most urgent first, then by the time an answer is due.
type Waiting = BTreeSet<(bool, u8, Timestamp, ExchangeId)>;

/// Every exchange's line, in the orders that people ask for.
#[derive(Default)]
pub(crate) struct Board {
    lines: BTreeMap<ExchangeId, Line>,
    /// By the six digits that are said on the telephone.
    spoken: BTreeSet<(u32, ExchangeId)>,
    newest: BTreeSet<(Reverse<Timestamp>, ExchangeId)>,
    inbox: Waiting,
    outbox: Waiting,
    by_case: HashMap<CaseId, BTreeSet<ExchangeId>>,
    by_consent: HashMap<ConsentId, BTreeSet<ExchangeId>>,
    lapses: BTreeSet<(Timestamp, ExchangeId)>,
    /// How many offers wait for an answer, by who must be answered or must answer: the quotas ask at every offer.
    unanswered: HashMap<(Role, AgencyId), usize>,
}

impl Board {
    /// Adds the exchange, or replaces its line.
    pub(crate) fn set(&mut self, id: ExchangeId, line: Line) {
        // A receipt or a note changes nothing of where it stands.
        if let Some(old) = self.lines.get_mut(&id)
            && old.stands_as(&line)
        {
            *old = line;
            return;
        }
        if let Some(old) = self.lines.remove(&id) {
            self.unlist(id, &old);
        }
        self.newest.insert((Reverse(line.offered), id));
        self.spoken.extend(number_of(&id.reference()).map(|number| (number, id)));
        if line.open() {
            self.waiting(line.role).insert(Self::place(id, &line));
        }
        if line.unanswered() {
            self.lapses.insert((line.lapses, id));
            *self.unanswered.entry((line.role, line.peer)).or_default() += 1;
        }
        if let Some(case) = line.case {
            self.by_case.entry(case).or_default().insert(id);
        }
        if let Some(consent) = line.consent {
            self.by_consent.entry(consent).or_default().insert(id);
        }
        self.lines.insert(id, line);
    }

    /// Nothing of the exchange is left.
    pub(crate) fn forget(&mut self, id: ExchangeId) {
        let Some(line) = self.lines.remove(&id) else { return };
        self.unlist(id, &line);
        if let Some(of_case) = line.case.and_then(|case| self.by_case.get_mut(&case)) {
            of_case.remove(&id);
        }
        if let Some(of_consent) = line.consent.and_then(|consent| self.by_consent.get_mut(&consent)) {
            of_consent.remove(&id);
        }
    }

    /// Exchanges of which only headers and state are left, for longer than `kept` seconds; the oldest, at most `limit`.
    pub(crate) fn long_over(&self, now: Timestamp, kept: u64, limit: usize) -> Vec<ExchangeId> {
        let old = self.newest.iter().rev().take_while(|(Reverse(offered), _)| offered.plus(kept) <= now);
        let over = |id: &ExchangeId| self.lines.get(id).is_some_and(|line| line.is_over(now, kept));
        old.map(|(_, id)| *id).filter(over).take(limit).collect()
    }

    fn unlist(&mut self, id: ExchangeId, old: &Line) {
        self.newest.remove(&(Reverse(old.offered), id));
        self.waiting(old.role).remove(&Self::place(id, old));
        self.lapses.remove(&(old.lapses, id));
        if old.unanswered()
            && let Some(count) = self.unanswered.get_mut(&(old.role, old.peer))
        {
            *count = count.saturating_sub(1);
        }
    }

    fn place(id: ExchangeId, line: &Line) -> (bool, u8, Timestamp, ExchangeId) {
        (line.state != State::Offered, line.rank(), line.answer_by, id)
    }

    fn waiting(&mut self, role: Role) -> &mut Waiting {
        match role {
            Role::Origin => &mut self.outbox,
            Role::Recipient => &mut self.inbox,
        }
    }

    /// The line of one exchange.
    pub(crate) fn line(&self, id: &ExchangeId) -> Option<&Line> {
        self.lines.get(id)
    }

    /// Received and not ended: unanswered ones first, most urgent first.
    pub(crate) fn inbox(&self) -> impl Iterator<Item = (ExchangeId, &Line)> {
        self.inbox.iter().filter_map(|(.., id)| Some((*id, self.lines.get(id)?)))
    }

    /// Sent and not ended: unanswered ones first, most urgent first.
    pub(crate) fn outbox(&self) -> impl Iterator<Item = (ExchangeId, &Line)> {
        self.outbox.iter().filter_map(|(.., id)| Some((*id, self.lines.get(id)?)))
    }

    /// All, newest first.
    pub(crate) fn newest(&self, after: Option<ExchangeId>) -> impl Iterator<Item = (ExchangeId, &Line)> {
        let place = after.and_then(|id| Some((Reverse(self.lines.get(&id)?.offered), id)));
        let from = place.map_or(Bound::Unbounded, Bound::Excluded);
        self.newest.range((from, Bound::Unbounded)).filter_map(|(_, id)| Some((*id, self.lines.get(id)?)))
    }

    /// What this agency asks of that one about the case, and has not ended.
    pub(crate) fn open_of_case_to(&self, case: &CaseId, peer: AgencyId) -> Vec<ExchangeId> {
        let asked = |line: &Line| line.open() && line.peer == peer;
        let open = |id: &&ExchangeId| self.lines.get(id).is_some_and(asked);
        self.by_case.get(case).into_iter().flatten().filter(open).copied().collect()
    }

    /// Exchanges about a case whose release has not gone out.
    pub(crate) fn unreleased_of_case(&self, case: &CaseId) -> Vec<ExchangeId> {
        let waits = |line: &Line| line.open() && line.state != State::Released;
        let unreleased = |id: &&ExchangeId| self.lines.get(id).is_some_and(waits);
        self.by_case.get(case).into_iter().flatten().filter(unreleased).copied().collect()
    }

    /// Exchanges under a consent.
    pub(crate) fn of_consent(&self, consent: &ConsentId) -> Vec<ExchangeId> {
        let under = |id: &&ExchangeId| self.lines.get(id).is_some_and(|line| line.consent.as_ref() == Some(consent));
        self.by_consent.get(consent).into_iter().flatten().filter(under).copied().collect()
    }

    /// Open exchanges about a case.
    pub(crate) fn open_of_case(&self, case: &CaseId) -> u64 {
        let open = |id: &&ExchangeId| self.lines.get(id).is_some_and(Line::open);
        let count = self.by_case.get(case).into_iter().flatten().filter(open).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }

    /// Offers that this agency made to `peer` and that wait for an answer.
    pub(crate) fn unanswered_by(&self, peer: AgencyId) -> usize {
        self.unanswered.get(&(Role::Origin, peer)).copied().unwrap_or_default()
    }

    /// Offers of `peer` that wait for this agency's answer.
    pub(crate) fn unanswered_from(&self, peer: AgencyId) -> usize {
        self.unanswered.get(&(Role::Recipient, peer)).copied().unwrap_or_default()
    }

    /// Unanswered offers whose time was over at `now`.
    pub(crate) fn lapsed(&self, now: Timestamp) -> Vec<(ExchangeId, Role)> {
        let over = self.lapses.iter().take_while(|(lapses, _)| *lapses < now);
        over.filter_map(|(_, id)| Some((*id, self.lines.get(id)?.role))).collect()
    }

    /// Of these exchanges, those that ended so long ago that their keys must go.
    pub(crate) fn long_ended(&self, of: impl Iterator<Item = ExchangeId>, now: Timestamp) -> BTreeSet<ExchangeId> {
        let over = |line: &Line| line.ended.is_some_and(|ended| ended.plus(SEEDS_END) <= now);
        of.filter(|id| self.lines.get(id).is_some_and(over)).collect()
    }

    /// Accepted exchanges whose release waits for something.
    pub(crate) fn release_blocked(&self) -> Vec<ExchangeId> {
        let blocked = |line: &Line| line.state == State::Accepted && line.role == Role::Origin;
        self.outbox().filter(|(_, line)| blocked(line)).map(|(id, _)| id).collect()
    }

    /// Ids that begin with these hexadecimal digits, or whose spoken reference these six digits are.
    pub(crate) fn find(&self, text: &str) -> Vec<ExchangeId> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut found: BTreeSet<ExchangeId> = BTreeSet::new();
        if let (Some(first), Some(last)) = (filled_up(&digits, '0'), filled_up(&digits, 'f')) {
            found.extend(self.lines.range(first..=last).map(|(id, _)| *id));
        }
        if let Some(number) = number_of(&digits) {
            let said = self.spoken.range((number, LEAST)..).take_while(|(other, _)| *other == number);
            found.extend(said.map(|(_, id)| *id));
        }
        found.into_iter().collect()
    }

    /// How many are open, and how many received offers wait for an answer.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let received = self.unanswered.iter().filter(|((role, _), _)| *role == Role::Recipient);
        (self.inbox.len() + self.outbox.len(), received.map(|(_, count)| *count).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(peer: AgencyId, role: Role, state: State) -> Line {
        Line {
            role,
            peer,
            state,
            void: false,
            refused: false,
            services: Vec::new(),
            urgency: "high".into(),
            sex: "female".into(),
            age_band: "6-11".into(),
            languages: Vec::new(),
            offered: Timestamp(1),
            answer_by: Timestamp(2),
            lapses: Timestamp(3),
            since: Timestamp(1),
            expected: None,
            case: None,
            consent: None,
            erased: false,
            alarms: Vec::new(),
            release_blocked: None,
            ended: None,
            receipt_by: None,
        }
    }

    #[test]
    fn an_exchange_is_found_by_any_beginning_of_its_id_and_by_its_six_digits() {
        let peer = AgencyId::new(Digest([1; 32]));
        let mut board = Board::default();
        let id = |byte: u8| ExchangeId::new(Digest([byte; 32]));
        for byte in [0, 0xab, 0xac, 0xff] {
            board.set(id(byte), line(peer, Role::Origin, State::Offered));
        }
        assert_eq!(board.find("ab"), [id(0xab)]);
        assert_eq!(board.find("A"), [id(0xab), id(0xac)]);
        assert_eq!(board.find("aba"), [id(0xab)]);
        assert_eq!(board.find(&id(0xff).to_string()), [id(0xff)]);
        assert_eq!(board.find("abc"), []);
        assert_eq!(board.find(&id(0xac).reference()), [id(0xac)]);
        assert_eq!(board.find(&id(0xac).reference().replace(' ', "")), [id(0xac)]);
        assert_eq!(board.find(&"0".repeat(65)), []);
    }

    #[test]
    fn a_line_that_stands_where_it_stood_is_replaced_all_the_same() {
        let (peer, id) = (AgencyId::new(Digest([1; 32])), ExchangeId::new(Digest([2; 32])));
        let mut board = Board::default();
        board.set(id, line(peer, Role::Recipient, State::Offered));
        board.set(id, Line { alarms: vec!["rekey-waits".into()], ..line(peer, Role::Recipient, State::Offered) });
        let shown: Vec<_> = board.inbox().map(|(id, line)| (id, line.alarms.len())).collect();
        assert_eq!((shown, board.unanswered_from(peer)), (vec![(id, 1)], 1));
        // More urgent: elsewhere in the list, and nowhere twice.
        board.set(id, Line { urgency: "critical".into(), ..line(peer, Role::Recipient, State::Offered) });
        assert_eq!((board.inbox().count(), board.unanswered_from(peer)), (1, 1));
        board.set(id, line(peer, Role::Recipient, State::Declined));
        assert_eq!((board.inbox().count(), board.unanswered_from(peer)), (0, 0));
    }

    #[test]
    fn the_quotas_count_follows_every_change_of_an_offer() {
        let peers = [1, 2].map(|byte| AgencyId::new(Digest([byte; 32])));
        let ids = [1, 2, 3].map(|byte| ExchangeId::new(Digest([byte; 32])));
        let mut board = Board::default();
        for (id, peer) in ids.into_iter().zip([peers[0], peers[0], peers[1]]) {
            board.set(id, line(peer, Role::Origin, State::Offered));
        }
        let counts = |board: &Board| peers.map(|peer| (board.unanswered_by(peer), board.unanswered_from(peer)));
        assert_eq!(counts(&board), [(2, 0), (1, 0)]);
        // Told again, as when its receipt comes: still one.
        board.set(ids[0], line(peers[0], Role::Origin, State::Offered));
        assert_eq!(counts(&board), [(2, 0), (1, 0)]);
        board.set(ids[0], line(peers[0], Role::Origin, State::Accepted));
        board.set(ids[1], Line { void: true, ..line(peers[0], Role::Origin, State::Offered) });
        board.set(ids[2], line(peers[1], Role::Recipient, State::Offered));
        assert_eq!(counts(&board), [(0, 0), (0, 1)]);
    }
}
