//! The service's use cases as the local interface asks for them: each is passed to the function of the same meaning,
//! and its error becomes a problem.

use serde_json::Value;

use crate::{
    api::{Answer, UseCases},
    service::{Actor, Service, ServiceError},
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

/// Cases of one page.
const PAGE: usize = 50;

fn problem(error: ServiceError) -> Problem {
    error.problem()
}

impl UseCases for Service {
    fn unattended(&self) -> std::time::Duration {
        Self::unattended(self)
    }

    async fn case_add(&self, actor: &Actor, record: Value) -> Answer<CaseSaved> {
        Self::case_add(self, actor, record).await.map_err(problem)
    }

    async fn case_edit(&self, actor: &Actor, id: &str, record: Value) -> Answer<CaseSaved> {
        Self::case_edit(self, actor, id, record).await.map_err(problem)
    }

    async fn case_list(&self, actor: &Actor, after: Option<&str>) -> Answer<CaseList> {
        Self::case_list(self, actor, after, PAGE).await.map_err(problem)
    }

    async fn case_show(&self, actor: &Actor, id: &str) -> Answer<CaseView> {
        Self::case_show(self, actor, id).await.map_err(problem)
    }

    async fn case_search(&self, actor: &Actor, request: SearchRequest) -> Answer<CaseList> {
        Self::case_search(self, actor, request).await.map_err(problem)
    }

    async fn custody(&self, actor: &Actor, case: &str) -> Answer<CustodyView> {
        Self::custody(self, actor, case).await.map_err(problem)
    }

    async fn consent_grant(&self, actor: &Actor, case: &str, consent: Value) -> Answer<ConsentView> {
        Self::consent_grant(self, actor, case, consent).await.map_err(problem)
    }

    async fn consent_list(&self, actor: &Actor, case: &str) -> Answer<ConsentList> {
        Self::consent_list(self, actor, case).await.map_err(problem)
    }

    async fn consent_show(&self, actor: &Actor, id: &str) -> Answer<ConsentView> {
        Self::consent_show(self, actor, id).await.map_err(problem)
    }

    async fn consent_review(&self, actor: &Actor, id: &str, request: ReviewConsent) -> Answer<ConsentView> {
        Self::consent_review(self, actor, id, request).await.map_err(problem)
    }

    async fn reviews(&self, actor: &Actor) -> Answer<ReviewList> {
        Self::reviews(self, actor).await.map_err(problem)
    }

    async fn consent_withdraw(&self, actor: &Actor, id: &str) -> Answer<ConsentView> {
        Self::consent_withdraw(self, actor, id).await.map_err(problem)
    }

    async fn decisions(&self, actor: &Actor) -> Answer<DecisionList> {
        Self::decisions(self, actor).await.map_err(problem)
    }

    async fn decision_show(&self, actor: &Actor, id: &str) -> Answer<DecisionView> {
        Self::decision_show(self, actor, id).await.map_err(problem)
    }

    async fn decide(&self, actor: &Actor, id: &str) -> Answer<DecisionDone> {
        Self::decide(self, actor, id).await.map_err(problem)
    }

    async fn decision_drop(&self, actor: &Actor, id: &str) -> Answer<DecisionLine> {
        Self::decision_drop(self, actor, id).await.map_err(problem)
    }

    async fn preview(&self, actor: &Actor, request: ReferRequest) -> Answer<Preview> {
        Self::preview(self, actor, request).await.map_err(problem)
    }

    async fn refer(&self, actor: &Actor, request: ReferRequest) -> Answer<Referred> {
        Self::refer(self, actor, request).await.map_err(problem)
    }

    async fn inbox(&self, actor: &Actor) -> Answer<ExchangeList> {
        Self::inbox(self, actor).await.map_err(problem)
    }

    async fn outbox(&self, actor: &Actor) -> Answer<ExchangeList> {
        Self::outbox(self, actor).await.map_err(problem)
    }

    async fn exchange_list(&self, actor: &Actor, after: Option<&str>) -> Answer<ExchangeList> {
        Self::exchange_list(self, actor, after).await.map_err(problem)
    }

    async fn exchange_show(&self, actor: &Actor, id: &str) -> Answer<ExchangeView> {
        Self::exchange_show(self, actor, id).await.map_err(problem)
    }

    async fn accept(&self, actor: &Actor, id: &str, who: AssignRequest) -> Answer<ActDone> {
        Self::accept_for(self, actor, id, who).await.map_err(problem)
    }

    async fn decline(&self, actor: &Actor, id: &str, request: ReasonRequest) -> Answer<ActDone> {
        Self::decline(self, actor, id, request).await.map_err(problem)
    }

    async fn withdraw(&self, actor: &Actor, id: &str, request: ReasonRequest) -> Answer<ActDone> {
        Self::withdraw(self, actor, id, request).await.map_err(problem)
    }

    async fn give_back(&self, actor: &Actor, id: &str, request: ReasonRequest) -> Answer<ActDone> {
        Self::give_back(self, actor, id, request).await.map_err(problem)
    }

    async fn note(&self, actor: &Actor, id: &str, request: NoteRequest) -> Answer<ActDone> {
        Self::note(self, actor, id, request).await.map_err(problem)
    }

    async fn progress(&self, actor: &Actor, id: &str, request: ProgressRequest) -> Answer<ActDone> {
        Self::progress(self, actor, id, request).await.map_err(problem)
    }

    async fn complete(&self, actor: &Actor, id: &str, request: CompleteRequest) -> Answer<ActDone> {
        Self::complete(self, actor, id, request).await.map_err(problem)
    }

    async fn peer_add(&self, actor: &Actor, request: AddPeer) -> Answer<PeerView> {
        Self::peer_add(self, actor, request).await.map_err(problem)
    }

    async fn peer_list(&self, actor: &Actor) -> Answer<PeerList> {
        Self::peer_list(self, actor).await.map_err(problem)
    }

    async fn peer_refresh(&self, actor: &Actor, peer: &str) -> Answer<RefreshView> {
        Self::peer_refresh(self, actor, peer).await.map_err(problem)
    }

    async fn peer_evidence(&self, actor: &Actor, peer: &str) -> Answer<EvidenceList> {
        Self::peer_evidence(self, actor, peer).await.map_err(problem)
    }

    async fn peer_show(&self, actor: &Actor, peer: &str) -> Answer<PeerView> {
        Self::peer_show(self, actor, peer).await.map_err(problem)
    }

    async fn peer_verify(&self, actor: &Actor, peer: &str, request: VerifyPeer) -> Answer<PeerView> {
        Self::peer_verify(self, actor, peer, request).await.map_err(problem)
    }

    async fn peer_suspend(&self, actor: &Actor, peer: &str) -> Answer<PeerView> {
        Self::peer_suspend(self, actor, peer).await.map_err(problem)
    }

    async fn case_assign(&self, actor: &Actor, id: &str, request: AssignRequest) -> Answer<AssignedView> {
        Self::case_assign(self, actor, id, request).await.map_err(problem)
    }

    async fn exchange_assign(&self, actor: &Actor, id: &str, request: AssignRequest) -> Answer<AssignedView> {
        Self::exchange_assign(self, actor, id, request).await.map_err(problem)
    }

    async fn broken_glass(&self, actor: &Actor) -> Answer<BrokenGlassList> {
        Self::broken_glass(self, actor).await.map_err(problem)
    }

    async fn person_invite(&self, actor: &Actor, request: InviteRequest) -> Answer<Invitation> {
        Self::invite(self, actor, request).await.map_err(problem)
    }

    async fn person_list(&self, actor: &Actor) -> Answer<PersonList> {
        Self::people(self, actor).await.map(|people| PersonList { people }).map_err(problem)
    }

    async fn person_roles(&self, actor: &Actor, who: &str, request: ChangeRoles) -> Answer<PersonView> {
        Self::change_roles(self, actor, who, request).await.map_err(problem)
    }

    async fn person_remove(&self, actor: &Actor, who: &str) -> Answer<PersonView> {
        Self::remove_person(self, actor, who).await.map_err(problem)
    }

    async fn person_recover(&self, actor: &Actor, who: &str) -> Answer<Invitation> {
        Self::recover_person(self, actor, who).await.map_err(problem)
    }

    async fn person_sessions(&self, actor: &Actor, who: &str) -> Answer<SessionList> {
        Self::person_sessions(self, actor, who).await.map(|sessions| SessionList { sessions }).map_err(problem)
    }

    async fn person_end_sessions(&self, actor: &Actor, who: &str) -> Answer<EndedSessions> {
        Self::end_sessions_of(self, actor, who).await.map_err(problem)
    }

    async fn requests(&self, actor: &Actor) -> Answer<RequestList> {
        Self::requests(self, actor).await.map_err(problem)
    }

    async fn request_confirm(&self, actor: &Actor, id: &str, request: ConfirmRequest) -> Answer<Confirmed> {
        Self::confirm(self, actor, id, request).await.map_err(problem)
    }

    async fn request_drop(&self, actor: &Actor, id: &str) -> Answer<RequestView> {
        Self::drop_request(self, actor, id).await.map_err(problem)
    }

    async fn teams(&self, actor: &Actor) -> Answer<TeamList> {
        Self::teams(self, actor).await.map_err(problem)
    }

    async fn team_add(&self, actor: &Actor, request: NameTeam) -> Answer<TeamView> {
        Self::team_add(self, actor, request).await.map_err(problem)
    }

    async fn team_rename(&self, actor: &Actor, team: &str, request: NameTeam) -> Answer<TeamView> {
        Self::team_rename(self, actor, team, request).await.map_err(problem)
    }

    async fn team_remove(&self, actor: &Actor, team: &str) -> Answer<TeamView> {
        Self::team_remove(self, actor, team).await.map_err(problem)
    }

    async fn team_members(&self, actor: &Actor, team: &str, request: ChangeTeam) -> Answer<TeamView> {
        Self::team_members(self, actor, team, request).await.map_err(problem)
    }

    async fn token_create(&self, actor: &Actor, request: CreateToken) -> Answer<NewToken> {
        Self::token_create(self, actor, request).await.map_err(problem)
    }

    async fn token_list(&self, actor: &Actor) -> Answer<TokenList> {
        Self::token_list(self, actor).await.map_err(problem)
    }

    async fn token_revoke(&self, actor: &Actor, id: &str) -> Answer<TokenView> {
        Self::token_revoke(self, actor, id).await.map_err(problem)
    }

    async fn key_slots(&self, actor: &Actor) -> Answer<SlotList> {
        Self::key_slots(self, actor).await.map_err(problem)
    }

    async fn key_list(&self, actor: &Actor) -> Answer<KeyList> {
        Self::key_list(self, actor).await.map_err(problem)
    }

    async fn key_history(&self, actor: &Actor, peer: &str) -> Answer<KeyList> {
        Self::key_history(self, actor, peer).await.map_err(problem)
    }

    async fn key_prepare(&self, actor: &Actor) -> Answer<KeyChange> {
        Self::key_prepare(self, actor).await.map_err(problem)
    }

    async fn root_rotate(&self, actor: &Actor, request: RotateRootKey) -> Answer<KeyChange> {
        Self::root_rotate(self, actor, request).await.map_err(problem)
    }

    async fn key_activate(&self, actor: &Actor, request: RotateKey) -> Answer<KeyChange> {
        Self::key_activate(self, actor, request).await.map_err(problem)
    }

    async fn key_revoke(&self, actor: &Actor, key: &str, request: RevokeOwnKey) -> Answer<KeyChange> {
        Self::key_revoke(self, actor, key, request).await.map_err(problem)
    }

    async fn card(&self, actor: &Actor) -> Answer<CardView> {
        Self::agency_card(self, actor).await.map_err(problem)
    }

    async fn fingerprint(&self, actor: &Actor) -> Answer<FingerprintView> {
        Self::agency_fingerprint(self, actor, None).await.map_err(problem)
    }

    async fn status(&self, actor: &Actor) -> Answer<StatusView> {
        Self::status(self, actor).await.map_err(problem)
    }

    async fn audit_page(&self, actor: &Actor, after: u64) -> Answer<AuditPage> {
        Self::audit_page(self, actor, Some(after).filter(|after| *after > 0)).await.map_err(problem)
    }

    async fn recovery_ask(&self, actor: &Actor, request: AskRecovery) -> Answer<RecoveryAsked> {
        Self::recovery_ask(self, actor, request).await.map_err(problem)
    }

    async fn recovery_finish(&self, actor: &Actor, request: FinishRecovery) -> Answer<KeyChange> {
        Self::recovery_finish(self, actor, request).await.map_err(problem)
    }

    async fn kit(&self, actor: &Actor) -> Answer<KitView> {
        Self::kit(self, actor).await.map_err(problem)
    }

    async fn kit_drill(&self, actor: &Actor, request: KitDrill) -> Answer<KitView> {
        Self::kit_drill(self, actor, request).await.map_err(problem)
    }

    async fn backup(&self, actor: &Actor, request: BackupRequest) -> Answer<BackupView> {
        Self::backup(self, actor, request).await.map_err(problem)
    }

    async fn clock_confirm(&self, actor: &Actor) -> Answer<ClockView> {
        Self::clock_confirm(self, actor).await.map_err(problem)
    }

    async fn audit_verify(&self, actor: &Actor) -> Answer<AuditReport> {
        Self::audit_verify(self, actor).await.map_err(problem)
    }

    async fn audit_export(&self, actor: &Actor, time: ExportRequest) -> Answer<ExportFile> {
        Self::audit_export(self, actor, time).await.map_err(problem)
    }
}
