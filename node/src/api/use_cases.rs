//! What the local interface asks of the service: one function per route.

use serde_json::Value;

use crate::{
    service::Actor,
    view::{
        ActDone, AddPeer, AskRecovery, AssignRequest, AssignedView, AuditPage, AuditReport, BackupRequest, BackupView,
        BrokenGlassList, CardView, CaseList, CaseSaved, CaseView, ChangeRoles, ChangeTeam, ClockView, CompleteRequest,
        ConfirmRequest, Confirmed, ConsentList, ConsentView, CreateToken, CustodyView, DecisionDone, DecisionLine,
        DecisionList, DecisionView, EndedSessions, EvidenceList, ExchangeList, ExchangeView, ExportFile, ExportRequest,
        FingerprintView, FinishRecovery, Invitation, InviteRequest, KeyChange, KeyList, KitDrill, KitView, NameTeam,
        NewToken, NoteRequest, PeerList, PeerView, PersonList, PersonView, Preview, Problem, ProgressRequest,
        ReasonRequest, RecoveryAsked, ReferRequest, Referred, RefreshView, RequestList, RequestView, ReviewConsent,
        ReviewList, RevokeOwnKey, RotateKey, RotateRootKey, SearchRequest, SessionList, SlotList, StatusView, TeamList,
        TeamView, TokenList, TokenView, VerifyPeer,
    },
};

/// A use case's answer, or the problem that the caller is shown.
pub type Answer<T> = Result<T, Problem>;

/// Declares the use cases: each async, `Send`, with the actor first.
macro_rules! use_cases {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        /// The use cases of a node. Ids are text as a person typed it: whole, or a beginning that fits one thing only;
        /// peers also by name. Each function returns after what it did, and its audit entry, are on disk.
        pub trait UseCases: Send + Sync + 'static {
            $(
                $(#[$doc])*
                fn $name(&self, actor: &Actor $(, $argument: $kind)*)
                    -> impl Future<Output = Answer<$answer>> + Send;
            )*

            /// How long nobody has used the node. Known to whoever may lock it; no time unless it is said.
            fn unattended(&self) -> std::time::Duration {
                std::time::Duration::ZERO
            }
        }
    };
}

use_cases! {
    /// Adds a case; `record` as in `spean case template`.
    case_add(record: Value) -> CaseSaved;
    /// Replaces a case.
    case_edit(id: &str, record: Value) -> CaseSaved;
    /// A page of cases, those after the case `after`.
    case_list(after: Option<&str>) -> CaseList;
    /// A whole case.
    case_show(id: &str) -> CaseView;
    /// Looks for a name.
    case_search(request: SearchRequest) -> CaseList;
    /// Who holds what about the child.
    custody(case: &str) -> CustodyView;
    /// Records a consent for a case.
    consent_grant(case: &str, consent: Value) -> ConsentView;
    /// The consents of a case.
    consent_list(case: &str) -> ConsentList;
    /// One consent.
    consent_show(id: &str) -> ConsentView;
    /// Says that what two persons decided still holds.
    consent_review(id: &str, request: ReviewConsent) -> ConsentView;
    /// What must be looked at again.
    reviews() -> ReviewList;
    /// Ends a consent, and with it what was shared under it.
    consent_withdraw(id: &str) -> ConsentView;
    /// What waits for a supervisor's decision about a child.
    decisions() -> DecisionList;
    /// One of these.
    decision_show(id: &str) -> DecisionView;
    /// Decides it, as the second person.
    decide(id: &str) -> DecisionDone;
    /// Refuses it.
    decision_drop(id: &str) -> DecisionLine;
    /// What an offer would say and release. Sends and stores nothing.
    preview(request: ReferRequest) -> Preview;
    /// Makes an offer.
    refer(request: ReferRequest) -> Referred;
    /// What others ask of this agency.
    inbox() -> ExchangeList;
    /// What this agency asks of others.
    outbox() -> ExchangeList;
    /// All exchanges.
    exchange_list(after: Option<&str>) -> ExchangeList;
    /// One exchange.
    exchange_show(id: &str) -> ExchangeView;
    /// Takes an offered case on, and says who looks after it.
    accept(id: &str, who: AssignRequest) -> ActDone;
    /// Does not take it on.
    decline(id: &str, request: ReasonRequest) -> ActDone;
    /// Ends what this agency began.
    withdraw(id: &str, request: ReasonRequest) -> ActDone;
    /// Gives an accepted case back.
    give_back(id: &str, request: ReasonRequest) -> ActDone;
    /// Writes to the other agency.
    note(id: &str, request: NoteRequest) -> ActDone;
    /// Tells how the service goes on.
    progress(id: &str, request: ProgressRequest) -> ActDone;
    /// Tells how it ended.
    complete(id: &str, request: CompleteRequest) -> ActDone;
    /// Imports a card.
    peer_add(request: AddPeer) -> PeerView;
    /// All peers.
    peer_list() -> PeerList;
    /// One peer.
    peer_show(peer: &str) -> PeerView;
    /// Fetches a peer's record now.
    peer_refresh(peer: &str) -> RefreshView;
    /// What is kept of a peer that said two things.
    peer_evidence(peer: &str) -> EvidenceList;
    /// Compares the digits that the other agency read out.
    peer_verify(peer: &str, request: VerifyPeer) -> PeerView;
    /// Stops exchanging with a peer.
    peer_suspend(peer: &str) -> PeerView;
    /// Gives a case to people and teams.
    case_assign(id: &str, request: AssignRequest) -> AssignedView;
    /// Gives what another agency asks to people.
    exchange_assign(id: &str, request: AssignRequest) -> AssignedView;
    /// What people opened that was not theirs.
    broken_glass() -> BrokenGlassList;
    /// Invites a person.
    person_invite(request: InviteRequest) -> Invitation;
    /// All people of the agency.
    person_list() -> PersonList;
    /// Gives a person other roles.
    person_roles(who: &str, request: ChangeRoles) -> PersonView;
    /// Removes a person.
    person_remove(who: &str) -> PersonView;
    /// Lets a person in anew who lost what they were known by.
    person_recover(who: &str) -> Invitation;
    /// Where a person is signed in.
    person_sessions(who: &str) -> SessionList;
    /// Signs a person out everywhere.
    person_end_sessions(who: &str) -> EndedSessions;
    /// What waits for a second person.
    requests() -> RequestList;
    /// Confirms one of these.
    request_confirm(id: &str, request: ConfirmRequest) -> Confirmed;
    /// Refuses one of these.
    request_drop(id: &str) -> RequestView;
    /// All teams.
    teams() -> TeamList;
    /// Makes a team.
    team_add(request: NameTeam) -> TeamView;
    /// Calls a team otherwise.
    team_rename(team: &str, request: NameTeam) -> TeamView;
    /// Removes a team.
    team_remove(team: &str) -> TeamView;
    /// Says who comes into a team and who leaves it.
    team_members(team: &str, request: ChangeTeam) -> TeamView;
    /// Makes a token for a program.
    token_create(request: CreateToken) -> NewToken;
    /// All tokens.
    token_list() -> TokenList;
    /// Revokes a token.
    token_revoke(id: &str) -> TokenView;
    /// The own keys.
    key_list() -> KeyList;
    /// The unlock slots of the keyring.
    key_slots() -> SlotList;
    /// The signing keys that a peer had and has.
    key_history(peer: &str) -> KeyList;
    /// Makes the next signing key.
    key_prepare() -> KeyChange;
    /// Puts it into use.
    key_activate(request: RotateKey) -> KeyChange;
    /// Puts the main key of the recovery kit into use.
    root_rotate(request: RotateRootKey) -> KeyChange;
    /// Asks the guardians for a new main key.
    recovery_ask(request: AskRecovery) -> RecoveryAsked;
    /// Puts it into force.
    recovery_finish(request: FinishRecovery) -> KeyChange;
    /// Revokes an own signing key.
    key_revoke(key: &str, request: RevokeOwnKey) -> KeyChange;
    /// This agency's introduction card.
    card() -> CardView;
    /// This agency's digits.
    fingerprint() -> FingerprintView;
    /// What is known of the recovery kit.
    kit() -> KitView;
    /// Proves that a secret is that of the recovery kit.
    kit_drill(request: KitDrill) -> KitView;
    /// How the node is.
    status() -> StatusView;
    /// Makes a backup.
    backup(request: BackupRequest) -> BackupView;
    /// Believes this computer's clock.
    clock_confirm() -> ClockView;
    /// A page of the audit log, from just after entry `after`.
    audit_page(after: u64) -> AuditPage;
    /// Checks the whole audit log.
    audit_verify() -> AuditReport;
    /// Signs a part of the audit log for somebody outside.
    audit_export(time: ExportRequest) -> ExportFile;
}
