//! What an auditor alone can't take out of the house, and what of it stands in the log.

use crate::{
    audit::read_export,
    service::{
        people::{
            second::Decided,
            tests::{code_of, codes},
        },
        testing::{Node, TODAY, worker},
    },
    view::{ChangeRoles, ConfirmRequest, Confirmed, ExportRequest},
};

const ALL: ExportRequest = ExportRequest { since: TODAY, until: keys::Timestamp(u64::MAX) };

fn waits<T>(decided: Decided<T>) -> String {
    match decided {
        Decided::Waits(view) => view.id,
        Decided::Done(_) => panic!("done by one alone"),
    }
}

#[tokio::test]
async fn an_auditor_fetches_what_a_key_administrator_confirmed_and_nobody_else_does() {
    let node = Node::new().await;
    let sophea = node.actor("sophea", &["key_administrator"]).await;
    node.enrolled("bopha", &["key_administrator"]).await;
    let (maly, other) = (node.actor("maly", &["auditor"]).await, node.actor("kosal", &["auditor"]).await);
    node.pass(10);
    assert_eq!(code_of(node.service.audit_export(&maly, ALL).await), "actor/second-person");
    let id = waits(node.service.ask_export(&maly, ALL).await.unwrap());
    assert_eq!(code_of(node.service.export_fetch(&maly, &id).await), "id/not-found", "not confirmed");
    assert_eq!(code_of(node.service.confirm(&maly, &id, ConfirmRequest::default()).await), "person/not-allowed");
    let listed = node.service.exports(&maly).await.unwrap().exports;
    assert!(listed.len() == 1 && !listed[0].ready);
    let shown = node.service.requests(&sophea).await.unwrap().requests.remove(0);
    assert_eq!((shown.kind.as_str(), shown.since, shown.own), ("export", Some(TODAY), false));
    let until = shown.until.unwrap();
    let Ok(Confirmed::Export(view)) = node.service.confirm(&sophea, &id, ConfirmRequest::default()).await else {
        panic!("confirmed")
    };
    assert!(view.ready && view.approved_by.unwrap().contains("person"));
    // What comes later is not in it.
    node.pass(100);
    let file = node.service.export_fetch(&maly, &id).await.unwrap();
    let read = read_export(&file.text).unwrap();
    assert_eq!((read.agency.id(), read.signed.until), (node.service.me().id(), until));
    assert!(read.entries.iter().all(|entry| entry.at < until));
    assert_eq!(u64::try_from(read.entries.len()).unwrap(), file.entries);
    assert_eq!(node.service.export_fetch(&maly, &id).await.unwrap().entries, file.entries, "again, the same");
    assert_eq!(code_of(node.service.export_fetch(&other, &id).await), "id/not-found");
    assert!(node.service.exports(&other).await.unwrap().exports.is_empty());
    // It stands in the log, with both.
    let entries = node.service.vault.audit().read(None, 1000).await.unwrap();
    let fetched = entries.iter().rfind(|found| found.entry.action == "audit.export").unwrap();
    assert!(fetched.entry.approved_by.as_ref().unwrap().contains(&node.id("sophea").short()));
    assert_eq!(fetched.entry.purpose, Some(format!("{}-{}", file.first, file.last)));
}

#[tokio::test]
async fn an_export_ends_after_two_days_and_with_the_role() {
    let node = Node::new().await;
    let maly = node.actor("maly", &["auditor"]).await;
    node.enrolled("sophea", &["key_administrator"]).await;
    node.pass(10);
    let Decided::Done(view) = node.service.ask_export(&maly, ALL).await.unwrap() else { panic!("one decides alone") };
    assert!(node.acts().await.contains(&("request.alone".into(), "done".into())), "and it shows");
    let node = node.restarted().await;
    assert!(node.service.export_fetch(&maly, &view.id).await.is_ok());
    node.pass(2 * keys::Timestamp::DAY);
    assert_eq!(code_of(node.service.export_fetch(&maly, &view.id).await), "id/not-found");
    node.service.end_requests().await.unwrap();
    assert!(node.service.vault.read_all::<super::ExportRow>().await.unwrap().is_empty());
    // Who asked is no auditor any more when another confirms it.
    node.enrolled("bopha", &["key_administrator"]).await;
    let id = waits(node.service.ask_export(&maly, ALL).await.unwrap());
    let roles = ChangeRoles { roles: codes(&["social_worker"]) };
    node.service.change_roles(&worker(None), "maly", roles).await.unwrap();
    let bopha = worker(None);
    assert_eq!(code_of(node.service.confirm(&bopha, &id, ConfirmRequest::default()).await), "request/changed");
}

#[tokio::test]
async fn a_time_without_entries_or_end_is_refused_before_anybody_is_asked() {
    let node = Node::new().await;
    let maly = node.actor("maly", &["auditor"]).await;
    node.pass(10);
    let time = |since: u64, until: u64| ExportRequest { since: keys::Timestamp(since), until: keys::Timestamp(until) };
    for wrong in [time(5, 5), time(9, 5), time(1, 2), time(u64::MAX, u64::MAX)] {
        assert_eq!(code_of(node.service.ask_export(&maly, wrong).await), "input/field", "{wrong:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_given() {
    let node = Node::new().await;
    node.enrolled("maly", &["auditor"]).await;
    node.pass(10);
    assert!(node.service.audit_export(&worker(None), ALL).await.is_ok());
    node.refuse_changes(true);
    assert!(node.service.audit_export(&worker(None), ALL).await.is_err());
}
