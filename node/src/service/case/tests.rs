//! Cases through the service, with invented children.

use serde_json::{Value, json};

use super::*;
use crate::{
    service::testing::{Node, worker},
    view::SearchRequest,
};

fn child(km: (&str, &str), latin: (&str, &str)) -> Value {
    json!({ "identity": {
        "name": { "km": { "family": km.0, "given": km.1 }, "latin": { "family": latin.0, "given": latin.1 } },
        "sex": "male", "languages": ["km"],
        "age_estimate": { "years": 13, "as_of": "2026-05-28", "plus_minus": 1 },
    }, "contact_location": { "current_place": { "country": "kh", "code": "011002" } } })
}

fn sokha() -> Value {
    child(("ទន្លេ", "សុខា"), ("Tonle", "Sokha"))
}

async fn ids_found(node: &Node, term: &str) -> Vec<String> {
    let found = node.service.case_search(&worker(None), SearchRequest { term: term.into() }).await.unwrap();
    found.cases.into_iter().map(|case| case.id).collect()
}

#[tokio::test]
async fn a_case_is_shown_as_it_was_added_also_after_a_restart() {
    let node = Node::new().await;
    let saved = node.service.case_add(&worker(None), sokha()).await.unwrap();
    assert_eq!(saved.version, 1);
    let node = node.restarted().await;
    let shown = node.service.case_show(&worker(None), &saved.id[..6]).await.unwrap();
    assert_eq!((shown.id, shown.version), (saved.id.clone(), 1));
    assert_eq!(shown.record.pointer("/identity/name/km/given"), Some(&json!("សុខា")));
    assert_eq!(ids_found(&node, "សុខា").await, [saved.id]);
}

#[tokio::test]
async fn a_changed_case_has_a_new_version_and_is_found_by_its_new_name_only() {
    let node = Node::new().await;
    let id = node.service.case_add(&worker(None), sokha()).await.unwrap().id;
    let dara = child(("ពពក", "ដារា"), ("Popok", "Dara"));
    let saved = node.service.case_edit(&worker(None), &id, dara).await.unwrap();
    assert_eq!(saved.version, 2);
    assert_eq!(ids_found(&node, "Dara").await, [id]);
    assert!(ids_found(&node, "Sokha").await.is_empty());
}

#[tokio::test]
async fn the_list_pages_from_the_newest_change_on() {
    let node = Node::new().await;
    let mut added = Vec::new();
    for _ in 0..5 {
        added.push(node.service.case_add(&worker(None), sokha()).await.unwrap().id);
        node.pass(1);
    }
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = node.service.case_list(&worker(None), after.as_deref(), 2).await.unwrap();
        listed.extend(page.cases.into_iter().map(|case| case.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    added.reverse();
    assert_eq!(listed, added);
}

#[tokio::test]
async fn every_fault_of_a_case_is_named_with_its_place_and_nothing_is_kept() {
    let node = Node::new().await;
    let mut bad = sokha();
    bad["identity"]["sex"] = json!("m");
    bad["identity"]["languages"] = json!(["xx"]);
    let error = node.service.case_add(&worker(None), bad).await.unwrap_err();
    let ServiceError::CaseInvalid { faults } = &error else { panic!("{error}") };
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert!(paths.contains(&"identity.sex") && paths.iter().any(|path| path.starts_with("identity.languages")));
    assert!(node.service.case_list(&worker(None), None, 10).await.unwrap().cases.is_empty());
}

#[tokio::test]
async fn looking_is_audited_and_no_name_stands_in_the_log() {
    let node = Node::new().await;
    let id = node.service.case_add(&worker(None), sokha()).await.unwrap().id;
    node.service.case_show(&worker(None), &id).await.unwrap();
    ids_found(&node, "Sokha").await;
    let acts: Vec<String> = node.acts().await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(acts, ["case.add", "case.open", "case.search"]);
    let page = node.service.audit_page(&worker(None), None).await.unwrap();
    assert!(!serde_json::to_string(&page).unwrap().contains("Sokha"));
    assert_eq!(node.service.audit_verify(&worker(None)).await.unwrap().fault, None);
}

#[tokio::test]
async fn an_unknown_id_and_an_endless_term_are_refused() {
    let node = Node::new().await;
    let missing = node.service.case_show(&worker(None), "ab").await.unwrap_err();
    assert!(matches!(missing, ServiceError::NotFound { what: "case" }));
    let term = "ស".repeat(121);
    let long = node.service.case_search(&worker(None), SearchRequest { term }).await.unwrap_err();
    assert!(matches!(long, ServiceError::Field { field: "term", .. }));
    let after = node.service.case_list(&worker(None), Some("7"), 1).await.unwrap_err();
    assert!(matches!(after, ServiceError::Field { field: "after", .. }));
}

#[tokio::test]
async fn a_case_that_is_too_large_names_the_category_to_shorten() {
    let node = Node::new().await;
    let mut large = sokha();
    let text = |most| "ក".repeat(most);
    let visit = json!({ "date": "2026-05-01", "facility": text(80), "reason": text(120), "result": text(300) });
    large["health"] = json!({ "visits": vec![visit; 30] });
    let extra = |n| json!({ "key": format!("k{n}"), "label": text(60), "text": text(300) });
    let extras: Vec<Value> = (0..20).map(extra).collect();
    for category in ["economic", "functioning", "identity", "education", "contact_location", "health", "legal"] {
        large[category]["extra"] = json!(extras);
    }
    let error = node.service.case_add(&worker(None), large).await.unwrap_err();
    assert!(matches!(&error, ServiceError::CaseTooLarge { largest, .. } if largest == "health"), "{error}");
}
