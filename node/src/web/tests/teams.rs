//! Teams by the pages: made, filled, given a referral, emptied, removed; and who looks after what is accepted.

use axum::http::StatusCode;

use super::browser::Browser;
use crate::service::testing::{Node, Pair};

const WORKER: &[&str] = &["social_worker"];
const CHIEF: &[&str] = &["supervisor"];

/// The boxes of a page whose names begin so.
fn boxes(body: &str, begins: &str) -> Vec<String> {
    let mark = format!("name=\"{begins}");
    body.split(&mark).skip(1).map(|rest| format!("{begins}{}", rest.split('"').next().unwrap())).collect()
}

/// The value of the choice that a name stands beside.
fn choice(body: &str, name: &str) -> String {
    let before = body.split_once(&format!("{name}</span>")).unwrap_or_else(|| panic!("no {name} in {body}")).0;
    before.rsplit_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

async fn made(chief: &mut Browser, name: &str) -> String {
    let csrf = chief.csrf().await;
    let page = chief.post("/teams", &[("csrf", &csrf), ("name", name)]).await;
    assert!(page.has("The team is made.") && page.path.starts_with("/teams/"), "{}", page.body);
    page.path
}

#[tokio::test]
async fn a_supervisor_makes_a_team_says_who_is_in_it_and_removes_it() {
    let node = Node::new().await;
    let mut chief = Browser::signed_in(&node, "sophea", CHIEF).await;
    Browser::signed_in(&node, "dara", WORKER).await;
    assert!(chief.get("/teams").await.has("There is no team yet."));
    let path = made(&mut chief, "Nights").await;
    let csrf = chief.csrf().await;
    let again = chief.post("/teams", &[("csrf", &csrf), ("name", "nights")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.has("href=\"#name\"") && again.has("value=\"nights\""), "{}", again.body);
    let page = chief.get(&path).await;
    let people = boxes(&page.body, "in-");
    assert!(people.len() == 2 && !page.has(" checked"), "{}", page.body);
    let mut form = vec![("csrf", csrf.as_str())];
    form.extend(people.iter().map(|name| (name.as_str(), "yes")));
    let saved = chief.post(&path, &form).await;
    assert!(saved.has("Saved.") && saved.body.matches(" checked").count() == 2, "{}", saved.body);
    // Another page, from before: it says nothing of whom it did not show as being in.
    let stale = chief.post(&path, &[("csrf", &csrf)]).await;
    assert_eq!(stale.body.matches(" checked").count(), 2, "{}", stale.body);
    let out = people[0].replace("in-", "was-");
    let left = chief.post(&path, &[("csrf", &csrf), (&out, "yes")]).await;
    assert_eq!(left.body.matches(" checked").count(), 1, "{}", left.body);
    let named = chief.post(&format!("{path}/name"), &[("csrf", &csrf), ("name", "យប់")]).await;
    assert!(named.has("The name is changed.") && named.has("<h1 class=\"name\">យប់</h1>"), "{}", named.body);
    assert!(chief.get(&format!("{path}/remove")).await.has("Remove the team"));
    let gone = chief.post(&format!("{path}/remove"), &[("csrf", &csrf)]).await;
    assert!(gone.has("The team is removed.") && gone.has("There is no team yet."), "{}", gone.body);
    assert_eq!(chief.get(&path).await.status, StatusCode::NOT_FOUND);
    let mut keys = Browser::signed_in(&node, "bopha", &["key_administrator"]).await;
    let list = keys.get("/teams").await;
    assert!(list.status == StatusCode::OK && !list.has("Make this team"), "{}", list.body);
}

#[tokio::test]
async fn a_referral_for_a_team_is_in_its_inbox_and_is_kept_by_the_team_or_given_to_a_colleague() {
    let pair = Pair::new().await;
    let ids = [pair.refer().await, pair.refer().await];
    pair.settle().await;
    let node = &pair.shelter;
    let mut chief = Browser::signed_in(node, "sophea", CHIEF).await;
    let mut dara = Browser::signed_in(node, "dara", WORKER).await;
    let path = made(&mut chief, "Nights").await;
    let csrf = chief.csrf().await;
    let boxed = boxes(&chief.get(&path).await.body, "in-");
    let members: Vec<(&str, &str)> = boxed.iter().map(|name| (name.as_str(), "yes")).collect();
    chief.post(&path, &[&[("csrf", csrf.as_str())][..], &members].concat()).await;
    let mut maly = Browser::signed_in(node, "maly", WORKER).await;
    for id in &ids {
        let assign = format!("/r/{}/assign", &id[..20]);
        let team = boxes(&chief.get(&assign).await.body, "team-").remove(0);
        assert!(chief.post(&assign, &[("csrf", &csrf), (&team, "yes")]).await.has("Assigned."));
    }
    let row = format!("/r/{}", &ids[0][..20]);
    for (whose, shown) in [("mine", false), ("team", true), ("everything", true)] {
        let inbox = dara.get(&format!("/inbox?whose={whose}")).await;
        assert_eq!(inbox.links().contains(&row.as_str()), shown, "{whose}: {}", inbox.body);
    }
    assert!(!maly.get("/inbox").await.links().contains(&row.as_str()));
    assert_eq!(maly.get(&row).await.status, StatusCode::FORBIDDEN);

    let ask = dara.get(&format!("{row}/accept")).await;
    assert!(ask.has("value=\"me\" checked") && ask.has("Nights"), "{}", ask.body);
    let csrf = dara.csrf().await;
    let nobody = dara.post(&format!("{row}/accept"), &[("csrf", &csrf), ("who", "to-ffffffff")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.has("href=\"#who\""), "{}", nobody.body);
    let team = choice(&ask.body, "Nights");
    assert!(dara.post(&format!("{row}/accept"), &[("csrf", &csrf), ("who", &team)]).await.has("Accepted."));
    assert!(dara.get("/inbox?whose=team").await.links().contains(&row.as_str()));

    let row = format!("/r/{}", &ids[1][..20]);
    let ask = dara.get(&format!("{row}/accept")).await;
    let colleagues: Vec<String> = ask.body.split("value=\"to-").skip(1).map(|rest| rest[..32].to_owned()).collect();
    assert_eq!(colleagues.len(), 2);
    let staff = crate::service::testing::worker(None);
    let people = node.service.people(&staff).await.unwrap();
    let theirs = people.iter().find(|one| one.sign_in == "maly").unwrap().id.clone();
    assert!(colleagues.contains(&theirs));
    let done = dara.post(&format!("{row}/accept"), &[("csrf", &csrf), ("who", &format!("to-{theirs}"))]).await;
    assert!(done.path == "/inbox" && done.has("Your colleague looks after this child now"), "{}", done.body);
    assert_eq!(dara.get(&row).await.status, StatusCode::FORBIDDEN);
    assert_eq!(maly.get(&row).await.status, StatusCode::OK);
}
