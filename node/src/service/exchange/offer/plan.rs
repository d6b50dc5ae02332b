//! Everything about an offer that can be decided before it is made.

use std::collections::BTreeSet;

use keys::Timestamp;
use protocol::{
    CaseId, ConsentId, ExchangeId,
    category::Category,
    code::{AgeBand, Purpose, Urgency},
    consent::{NeedToKnow, Recipient, Release, Scope, ScopeError, need_to_know},
    offer::{
        Area, Triage, TriageDraft, leak_guard,
        small_cells::{self, SmallCell},
    },
    record::CaseRecord,
};

use super::{
    super::{act::field, release::recipient},
    request::Asked,
};
use crate::{
    service::{Peer, Service, ServiceError, case::day_of, index::Alike, read, rows::Trust},
    view::{PreviewAsk, ReferRequest},
};

/// Cases that count for the small-cell warning: those of the last year.
const CELL_YEAR: u64 = 365 * Timestamp::DAY;

/// An offer that could be made, with all that would go out.
pub(super) struct Plan {
    pub case: CaseId,
    pub recipient: Recipient,
    pub consent_id: ConsentId,
    pub urgency: Urgency,
    pub purpose: Purpose,
    pub requested: BTreeSet<Category>,
    pub triage: Triage,
    pub release: Release,
    /// What a person should think of first; passed over with a reason.
    pub warnings: Vec<String>,
    /// What asks for a reason.
    pub needs: Vec<String>,
    /// What asks for a second person.
    pub approvals: Vec<String>,
    /// All three, for programs.
    pub asks: Vec<PreviewAsk>,
}

impl Plan {
    /// Whether the reasons and persons that the plan asks for are there.
    ///
    /// # Errors
    /// [`ServiceError::NeedsReason`], [`ServiceError::NeedsSecondPerson`].
    pub(super) fn check_allowed(&self, two: bool, reason: Option<&str>) -> Result<(), ServiceError> {
        let has_reason = reason.is_some_and(|reason| !reason.trim().is_empty());
        if let Some(why) = self.warnings.iter().chain(&self.needs).chain(&self.approvals).next().filter(|_| !has_reason)
        {
            return Err(ServiceError::NeedsReason { why: why.clone() });
        }
        match self.approvals.first() {
            Some(why) if !two => Err(ServiceError::NeedsSecondPerson { why: why.clone() }),
            Some(_) | None => Ok(()),
        }
    }
}

impl Service {
    /// Plans an offer: reads case, consent and peer, cuts the release, writes the triage summary, guards its text.
    ///
    /// # Errors
    /// The first rule that forbids it.
    pub(super) async fn plan(&self, case: CaseId, request: &ReferRequest) -> Result<Plan, ServiceError> {
        let asked = Asked::parse(request)?;
        let peer = self.offerable_peer(&request.to, &asked)?;
        let recipient = recipient(&peer)?;
        let record = self.case_record(&case).await?.ok_or(ServiceError::NotFound { what: "case" })?;
        let types: Vec<_> = asked.services.iter().map(|service| service.service_type()).collect();
        let needed = need_to_know(&types, recipient.kind);
        let requested = asked.categories.clone().unwrap_or_else(|| needed.proposed().clone());
        let now = self.world.now();
        let (consent_id, consent) =
            self.covering(&case, request.consent.as_deref(), &recipient, asked.purpose, now).await?;
        let release =
            Scope::apply_without(&record, &consent, &recipient, asked.purpose, (&requested, &asked.held_back), now)
                .map_err(not_covered)?;
        granted_or_refused(&asked, &requested, consent.categories())?;
        let triage = triage(request, &asked, &record, &release, consent.basis(), now)?;
        let mut approvals = need_lines(needed.need_approval(&requested), "goes beyond what this kind of agency needs");
        let named = guard(&request.summary, &record, request.reason.as_deref())?;
        let cells = self.small_cells(&triage);
        let asks = asks(&cells, &needed, &requested, named.is_some());
        approvals.extend(named);
        Ok(Plan {
            warnings: cells.iter().map(|cell| cell.text().to_owned()).collect(),
            needs: reasons(&needed, &requested),
            approvals,
            asks,
            case,
            recipient,
            consent_id,
            urgency: asked.urgency,
            purpose: asked.purpose,
            requested,
            triage,
            release,
        })
    }

    /// What the recipient is asked about the child already.
    pub(super) fn asked_already(&self, plan: &Plan) -> Vec<ExchangeId> {
        self.board().open_of_case_to(&plan.case, plan.recipient.id)
    }

    /// The peer, if it may be offered a case at all.
    fn offerable_peer(&self, text: &str, asked: &Asked) -> Result<Peer, ServiceError> {
        let id = self.resolve_peer(text)?;
        let peer = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        let name = || peer.agency.name().to_owned();
        match peer.row.trust {
            Trust::Verified => {}
            Trust::Introduced => return Err(ServiceError::PeerNotVerified { name: name() }),
            Trust::Suspended | Trust::Retired => {
                return Err(ServiceError::PeerNotTrusted { name: name(), trust: peer.row.trust.code() });
            }
        }
        let offered = peer.agency.policy().map(|policy| policy.services.as_slice()).unwrap_or_default();
        let takes = |service: &protocol::code::Service| {
            offered.iter().any(|code| code == service.code() || code == service.service_type().code())
        };
        if let Some(service) = asked.services.iter().find(|service| !takes(service)) {
            return Err(ServiceError::ServiceNotOffered { name: name(), service: service.code().into() });
        }
        if peer.agency.newest_sealing_key(self.world.now()).is_none() {
            return Err(ServiceError::NoSealingKey { name: name() });
        }
        Ok(peer)
    }

    /// How rare the child's outline is among this agency's own cases.
    fn small_cells(&self, triage: &Triage) -> Vec<SmallCell> {
        let since = self.world.now().minus(CELL_YEAR);
        let area = triage.area().code();
        let bands = bands_within(triage.age_band());
        let alike = Alike { bands: bands.as_deref(), sex: Some(triage.sex().code()), area: Some(area) };
        let same = u64::try_from(read(&self.index).count(&alike, since)).unwrap_or(u64::MAX);
        // Which province is the agency's own is not known to the node; the child's counts as such.
        small_cells::warnings(triage, Some(area), same)
    }
}

/// Refuses a summary that may name the child; a supervisor may say that it does not.
fn guard(text: &str, record: &CaseRecord, reason: Option<&str>) -> Result<Option<String>, ServiceError> {
    match leak_guard::check(text, record) {
        Ok(()) => Ok(None),
        Err(leak) if reason.is_none() => {
            Err(ServiceError::IdentifyingText { field: "summary", line: leak.line, what: leak.kind.to_string() })
        }
        Err(leak) => Ok(Some(format!("the summary, line {}, seems to hold {}", leak.line, leak.kind))),
    }
}

/// The triage summary: what the case says coarsely, and what the request adds.
fn triage(
    request: &ReferRequest,
    asked: &Asked,
    record: &CaseRecord,
    release: &Release,
    basis: protocol::code::ConsentBasis,
    now: Timestamp,
) -> Result<Triage, ServiceError> {
    let mut draft = TriageDraft::of_case(record, day_of(now), asked.purpose, asked.urgency, basis);
    if request.hide_area {
        draft.area = Area::Unknown;
    }
    draft.services.clone_from(&asked.services);
    draft.would_follow = release.categories().collect();
    draft.group_size = asked.group.unwrap_or(draft.group_size);
    draft.arrival = asked.arrival;
    draft.support = asked.support.iter().copied().collect();
    draft.text.clone_from(&request.summary);
    Triage::build_unguarded(&draft).map_err(|errors| field("summary", &errors))
}

/// The bands of cases that an offer with this band could be about; none if it could be any.
fn bands_within(band: AgeBand) -> Option<Vec<&'static str>> {
    use AgeBand::{Adult, From3, From6, From12, From15, Teen, Under3, Under12, Unknown};
    let bands = match band {
        Under12 => vec![Under3, From3, From6, Under12],
        Teen => vec![From12, From15, Teen],
        Unknown => return None,
        Under3 | From3 | From6 | From12 | From15 | Adult => vec![band],
    };
    Some(bands.into_iter().map(AgeBand::code).collect())
}

fn not_covered(error: ScopeError) -> ServiceError {
    match error {
        ScopeError::Ended => ServiceError::ConsentEnded { why: "its last day has passed" },
        ScopeError::NotYet
        | ScopeError::Purpose(_)
        | ScopeError::Statistics
        | ScopeError::Recipient
        | ScopeError::Coordination
        | ScopeError::KeptUninformed
        | ScopeError::Nothing => ServiceError::ConsentDoesNotCover { why: error.to_string() },
    }
}

/// What was asked for by name and is not granted is refused, not silently dropped.
fn granted_or_refused(
    asked: &Asked,
    requested: &BTreeSet<Category>,
    granted: &BTreeSet<Category>,
) -> Result<(), ServiceError> {
    let beyond: Vec<&str> = requested.difference(granted).map(|category| category.code()).collect();
    if asked.categories.is_some() && !beyond.is_empty() {
        let why = format!("it does not grant {}", beyond.join(", "));
        return Err(ServiceError::ConsentDoesNotCover { why });
    }
    Ok(())
}

/// What the plan asks for, by code.
fn asks(cells: &[SmallCell], needed: &NeedToKnow, requested: &BTreeSet<Category>, named: bool) -> Vec<PreviewAsk> {
    let ask = |what: &str, category: &str| PreviewAsk { what: what.into(), category: category.into() };
    let cell = |cell: &SmallCell| match cell {
        SmallCell::FewAlike => ask("alike", ""),
        SmallCell::RareElsewhere => ask("elsewhere", ""),
    };
    let reasons = needed.need_reason(requested).into_iter().map(|category| ask("reason", category.code()));
    let seconds = needed.need_approval(requested).into_iter().map(|category| ask("second", category.code()));
    cells.iter().map(cell).chain(reasons).chain(seconds).chain(named.then(|| ask("text", ""))).collect()
}

fn reasons(needed: &NeedToKnow, requested: &BTreeSet<Category>) -> Vec<String> {
    need_lines(needed.need_reason(requested), "is not usual for this kind of agency")
}

fn need_lines(categories: BTreeSet<Category>, why: &str) -> Vec<String> {
    categories.into_iter().map(|category| format!("`{}` {why}", category.code())).collect()
}
