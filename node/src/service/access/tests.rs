//! The table itself, and that each use case keeps to it.

use std::collections::BTreeSet;

use keys::Timestamp;
use serde_json::json;

use super::*;
use crate::{
    service::{
        AuditFilter, DraftOf, DraftText, Whose,
        people::{NewPasskey, NewPassphrase},
        testing::{Node, person, worker},
    },
    view::{
        AddPeer, AskRecovery, AssignRequest, BackupRequest, ChangeRoles, ChangeTeam, CompleteRequest, ConfirmRequest,
        ExportRequest, FinishRecovery, InviteRequest, KitDrill, NameTeam, NoteRequest, OpenRequest, ProgressRequest,
        ReasonRequest, ReferRequest, ReviewConsent, RevokeOwnKey, RotateKey, RotateRootKey, SearchRequest, VerifyPeer,
    },
};

/// Every set of roles, the empty one too.
fn every_set() -> impl Iterator<Item = Roles> {
    (0..16_u8).map(|bits| (0..).zip(Role::ALL).filter(|(at, _)| bits >> at & 1 == 1).map(|(_, role)| role).collect())
}

#[test]
fn keys_and_audit_alone_open_nothing_of_a_child() {
    let blind = Roles::of(&[Role::KeyAdministrator, Role::Auditor]);
    for what in UseCase::ALL.iter().filter(|what| what.is_about_children()) {
        assert!(!what.allows(blind, true) && !what.allows(blind, false), "{what:?}");
    }
}

#[test]
fn whoever_has_keys_and_cases_against_the_setting_keeps_the_keys_only() {
    let both = Roles::of(&[Role::KeyAdministrator, Role::SocialWorker]);
    assert!(UseCase::CaseShow.allows(both, true) && !UseCase::CaseShow.allows(both, false));
    assert!(UseCase::PeerVerify.allows(both, false));
}

#[test]
fn without_a_role_nothing_is_allowed_and_each_use_case_has_a_code_of_its_own() {
    assert!(UseCase::ALL.iter().all(|what| !what.allows(Roles::NONE, true)));
    let codes: BTreeSet<&str> = UseCase::ALL.iter().map(|what| what.code()).collect();
    assert_eq!(codes.len(), UseCase::ALL.len());
}

#[tokio::test]
async fn every_use_case_asks_the_table_for_every_set_of_roles_and_writes_a_refusal_down() {
    let node = Node::new().await;
    for roles in every_set() {
        let actor = person(roles);
        for what in UseCase::ALL {
            let allowed = what.allows(roles, false);
            for answer in ask(&node.service, &actor, *what).await {
                let refused = matches!(answer, Err(ServiceError::NotAllowed { .. }));
                assert_eq!(refused, !allowed, "{what:?} for {roles:?}: {answer:?}");
            }
            let last = node.last_act().await;
            let mark = (what.code().to_owned(), "refused: person/not-allowed".to_owned());
            assert_eq!(last == mark, !allowed, "{what:?} for {roles:?} left {last:?}");
        }
    }
}

#[tokio::test]
async fn the_socket_may_do_all() {
    let node = Node::new().await;
    for what in UseCase::ALL {
        for actor in [worker(None), Actor::Node] {
            for answer in ask(&node.service, &actor, *what).await {
                assert!(!matches!(answer, Err(ServiceError::NotAllowed { .. })), "{what:?} by {actor:?}");
            }
        }
    }
}

impl Node {
    async fn last_act(&self) -> (String, String) {
        let last = self.service.vault.audit().read_back(None, 1).await.unwrap();
        last.first().map(|e| (e.entry.action.clone(), e.entry.outcome.to_string())).unwrap_or_default()
    }
}

/// Asks for it in vain: nothing has these ids, and nothing here is acceptable. What is refused for want of a right
/// is so before anything else is looked at. A use case with several functions is asked by each.
// A table with a line for each use case.
#[allow(clippy::too_many_lines)]
async fn ask(service: &Service, actor: &Actor, what: UseCase) -> Vec<Result<(), ServiceError>> {
    let reason = || ReasonRequest { reason: "x".into(), text: None };
    let id = "00000000";
    match what {
        UseCase::CaseAdd => vec![service.case_add(actor, json!({})).await.map(drop)],
        UseCase::CaseEdit => vec![
            service.case_edit(actor, id, json!({})).await.map(drop),
            service.case_edit_from(actor, id, 1, json!({})).await.map(drop),
        ],
        UseCase::CaseList => vec![service.case_list(actor, None, 1).await.map(drop)],
        UseCase::CaseSearch => vec![
            service.case_search(actor, search()).await.map(drop),
            service.case_alike(actor, &json!({})).await.map(drop),
        ],
        UseCase::CaseShow => vec![service.case_show(actor, id).await.map(drop)],
        UseCase::Custody => vec![service.custody(actor, id).await.map(drop)],
        UseCase::ConsentGrant => vec![service.consent_grant(actor, id, json!({})).await.map(drop)],
        UseCase::ConsentList => {
            vec![service.consent_list(actor, id).await.map(drop), service.consent_show(actor, id).await.map(drop)]
        }
        UseCase::ConsentReview => {
            let ask = ReviewConsent { words: String::new() };
            vec![service.reviews(actor).await.map(drop), service.consent_review(actor, id, ask).await.map(drop)]
        }
        UseCase::ConsentWithdraw => vec![service.consent_withdraw(actor, id).await.map(drop)],
        UseCase::DecisionAsk => vec![
            service.consent_ask(actor, id, json!({})).await.map(drop),
            service.refer_ask(actor, referral()).await.map(drop),
        ],
        UseCase::DecisionList => {
            vec![service.decisions(actor).await.map(drop), service.decision_show(actor, id).await.map(drop)]
        }
        UseCase::DecisionTake => vec![service.decide(actor, id).await.map(drop)],
        UseCase::DecisionDrop => vec![service.decision_drop(actor, id).await.map(drop)],
        UseCase::DraftKeep => {
            let of = DraftOf::Consent { case: id };
            vec![
                service.draft_keep(actor, of, DraftText::new()).await,
                service.draft_open(actor, of).await.map(drop),
                service.draft_sent(actor, of).await,
                service.draft_drop(actor, id).await,
                service.drafts(actor).await.map(drop),
            ]
        }
        UseCase::Preview => vec![service.preview(actor, referral()).await.map(drop)],
        UseCase::Refer => vec![service.refer(actor, referral()).await.map(drop)],
        UseCase::Inbox => {
            vec![
                service.inbox(actor).await.map(drop),
                service.inbox_page(actor, None, 1).await.map(drop),
                service.inbox_of(actor, Whose::Team).await.map(drop),
            ]
        }
        UseCase::Outbox => {
            vec![service.outbox(actor).await.map(drop), service.outbox_page(actor, None, 1).await.map(drop)]
        }
        UseCase::ExchangeList => {
            vec![
                service.exchange_list(actor, None).await.map(drop),
                service.exchange_page(actor, None, 1).await.map(drop),
            ]
        }
        UseCase::ExchangeShow => vec![service.exchange_show(actor, id).await.map(drop)],
        UseCase::Accept => vec![
            service.accept(actor, id).await.map(drop),
            service.accept_for(actor, id, AssignRequest::default()).await.map(drop),
        ],
        UseCase::Decline => vec![service.decline(actor, id, reason()).await.map(drop)],
        UseCase::Withdraw => vec![service.withdraw(actor, id, reason()).await.map(drop)],
        UseCase::GiveBack => vec![service.give_back(actor, id, reason()).await.map(drop)],
        UseCase::Note => vec![service.note(actor, id, NoteRequest { text: "x".into() }).await.map(drop)],
        UseCase::Progress => vec![service.progress(actor, id, progress()).await.map(drop)],
        UseCase::Complete => vec![service.complete(actor, id, complete()).await.map(drop)],
        UseCase::Assign => {
            let ask = AssignRequest::default;
            vec![
                service.case_assign(actor, id, ask()).await.map(drop),
                service.exchange_assign(actor, id, ask()).await.map(drop),
            ]
        }
        UseCase::BreakGlass => {
            let ask = || OpenRequest { reason: String::new() };
            vec![
                service.case_break_glass(actor, id, ask()).await.map(drop),
                service.exchange_break_glass(actor, id, ask()).await.map(drop),
            ]
        }
        UseCase::Colleagues => vec![service.colleagues(actor).await.map(drop)],
        UseCase::Carriers => vec![
            service.carriers(actor).await.map(drop),
            service.case_carriers(actor, id).await.map(drop),
            service.exchange_carriers(actor, id).await.map(drop),
        ],
        UseCase::Answers => vec![service.offers_answered(actor, &[]).await.map(drop)],
        UseCase::KeyList => vec![
            service.own_keys(actor).await.map(drop),
            service.key_list(actor).await.map(drop),
            service.key_slots(actor).await.map(drop),
            service.kit(actor).await.map(drop),
        ],
        UseCase::KitDrill => vec![service.kit_drill(actor, KitDrill { secret: String::new() }).await.map(drop)],
        // Not the preparing itself: there is no way back from what it leaves.
        UseCase::RootRotate => {
            let ask = RotateRootKey { secret: String::new(), next: String::new() };
            vec![service.root_rotate(actor, ask).await.map(drop)]
        }
        UseCase::RootRecover => {
            let ask = AskRecovery { next: String::new(), first: 1 };
            let finish = FinishRecovery { signatures: Vec::new() };
            vec![
                service.recovery_ask(actor, ask).await.map(drop),
                service.recovery_finish(actor, finish).await.map(drop),
            ]
        }
        UseCase::KeyRotate => vec![service.key_activate(actor, RotateKey::default()).await.map(drop)],
        UseCase::KeyRevoke => {
            let ask = RevokeOwnKey { reason: String::new(), dry_run: true };
            vec![
                service.ask_key_revoke(actor, "0000", "x").await.map(drop),
                service.key_revoke(actor, id, ask).await.map(drop),
            ]
        }
        UseCase::BrokenGlass => vec![service.broken_glass(actor).await.map(drop)],
        UseCase::PeerList => vec![service.peer_list(actor).await.map(drop)],
        UseCase::PeerShow => {
            vec![service.peer_show(actor, id).await.map(drop), service.key_history(actor, id).await.map(drop)]
        }
        UseCase::PeerEvidence => vec![service.peer_evidence(actor, id).await.map(drop)],
        UseCase::PeerRefresh => vec![service.peer_refresh(actor, "agency1nobody").await.map(drop)],
        UseCase::PeerAdd => {
            let me = service.me().id();
            vec![
                service.peer_add(actor, AddPeer { card: "x".into() }).await.map(drop),
                service.peer_record_fetched(actor, &me, b"x").await.map(drop),
            ]
        }
        UseCase::PeerVerify => vec![
            service.peer_verify(actor, id, digits()).await.map(drop),
            service.ask_verify(actor, id, digits()).await.map(drop),
        ],
        UseCase::PeerSuspend => {
            vec![service.peer_suspend(actor, id).await.map(drop), service.suspend_for(actor, id, "x").await.map(drop)]
        }
        UseCase::AgencyCard => {
            vec![service.agency_card(actor).await.map(drop), service.agency_fingerprint(actor, None).await.map(drop)]
        }
        UseCase::Status => vec![service.status(actor).await.map(drop)],
        UseCase::Backup => vec![service.backup(actor, BackupRequest { file: String::new() }).await.map(drop)],
        UseCase::ClockConfirm => vec![service.clock_confirm(actor).await.map(drop)],
        UseCase::AuditRead => vec![
            service.audit_page(actor, None).await.map(drop),
            service.audit_back(actor, None, AuditFilter::default()).await.map(drop),
        ],
        UseCase::AuditVerify => vec![service.audit_verify(actor).await.map(drop)],
        UseCase::AuditExport => {
            let time = ExportRequest { since: Timestamp(0), until: Timestamp(0) };
            vec![
                service.audit_export(actor, time).await.map(drop),
                service.ask_export(actor, time).await.map(drop),
                service.exports(actor).await.map(drop),
                service.export_fetch(actor, id).await.map(drop),
            ]
        }
        UseCase::PersonList => vec![service.people(actor).await.map(drop)],
        UseCase::PersonInvite => {
            vec![service.invite(actor, nobody()).await.map(drop), service.ask_invite(actor, nobody()).await.map(drop)]
        }
        UseCase::PersonRoles => {
            let roles = || ChangeRoles { roles: Vec::new() };
            vec![
                service.change_roles(actor, id, roles()).await.map(drop),
                service.ask_roles(actor, id, roles()).await.map(drop),
            ]
        }
        UseCase::PersonRemove => {
            vec![service.remove_person(actor, id).await.map(drop), service.ask_remove(actor, id).await.map(drop)]
        }
        UseCase::PersonRecover => {
            vec![service.recover_person(actor, id).await.map(drop), service.ask_recover(actor, id).await.map(drop)]
        }
        UseCase::PersonSessions => {
            vec![service.person_sessions(actor, id).await.map(drop), service.end_sessions_of(actor, id).await.map(drop)]
        }
        UseCase::RequestList => vec![service.requests(actor).await.map(drop)],
        UseCase::RequestConfirm => {
            vec![service.confirm(actor, id, ConfirmRequest { fingerprint: None }).await.map(drop)]
        }
        UseCase::RequestDrop => vec![service.drop_request(actor, id).await.map(drop)],
        UseCase::TeamList => vec![service.teams(actor).await.map(drop)],
        UseCase::TeamKeep => {
            let name = || NameTeam { name: String::new() };
            vec![
                service.team_add(actor, name()).await.map(drop),
                service.team_rename(actor, id, name()).await.map(drop),
                service.team_remove(actor, id).await.map(drop),
            ]
        }
        UseCase::TeamMembers => vec![
            service.team_people(actor, id).await.map(drop),
            service.team_members(actor, id, ChangeTeam::default()).await.map(drop),
        ],
        UseCase::TokenCreate => {
            let ask = json!({ "program": "x", "name": "x", "roles": [], "days": 1 });
            vec![service.token_create(actor, serde_json::from_value(ask).unwrap()).await.map(drop)]
        }
        UseCase::TokenList => vec![service.token_list(actor).await.map(drop)],
        UseCase::TokenRevoke => vec![service.token_revoke(actor, id).await.map(drop)],
        UseCase::OwnTokens => {
            vec![service.own_tokens(actor).await.map(drop), service.own_token_revoke(actor, id).await.map(drop)]
        }
        UseCase::OwnSessions => vec![
            service.sessions(actor).await.map(drop),
            service.end_session(actor, id).await,
            service.sign_out(actor).await,
        ],
        UseCase::OwnMeans => {
            let from = std::net::IpAddr::from([192, 0, 2, 7]);
            let new = NewPasskey { ceremony: None, answer: String::new(), name: String::new() };
            vec![
                service.means(actor).await.map(drop),
                service.ask_passkey(actor, from).await.map(drop),
                service.add_passkey(actor, new).await,
                service.rename_passkey(actor, id, "x").await,
                service.remove_passkey(actor, id).await,
                service.new_codes(actor, None).await.map(drop),
                service.set_passphrase(actor, words()).await,
            ]
        }
    }
}

fn words() -> NewPassphrase {
    let codes = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".parse().unwrap();
    NewPassphrase { codes, passphrase: "x".to_owned().into(), code: String::new().into() }
}

fn search() -> SearchRequest {
    serde_json::from_value(json!({ "term": "x" })).unwrap()
}

fn referral() -> ReferRequest {
    let request = json!({ "case": "00000000", "to": "x", "services": ["x"], "purpose": "x", "urgency": "x",
        "summary": "x" });
    serde_json::from_value(request).unwrap()
}

fn progress() -> ProgressRequest {
    serde_json::from_value(json!({ "status": "x" })).unwrap()
}

fn complete() -> CompleteRequest {
    serde_json::from_value(json!({ "outcome": "x" })).unwrap()
}

fn digits() -> VerifyPeer {
    VerifyPeer { fingerprint: "1".into(), how: None }
}

fn nobody() -> InviteRequest {
    InviteRequest { name: String::new(), sign_in: String::new(), roles: Vec::new() }
}
