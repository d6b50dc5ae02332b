//! The pages that people open, by kind: one line each.

use crate::{
    browser::{Browser, Page},
    children::name_of,
    names::Dice,
};

/// What a person who has these offers and cases opens.
pub const KINDS: [&str; 15] = [
    "inbox", "offer", "accept", "decline", "sent", "cases", "case", "search", "custody", "consents", "consent",
    "refer", "settings", "help", "more",
];

/// Opens a page of a kind; which offer, case or name follows from `round`.
pub async fn open(
    browser: &mut Browser,
    kind: &str,
    round: usize,
    (offers, cases): (&[String], &[String]),
    csrf: &str,
) -> Page {
    let one = |ids: &[String]| ids[Dice::of(round).roll(ids.len())].clone();
    match kind {
        "offer" => browser.get(&format!("/r/{}", one(offers))).await,
        "accept" | "decline" => browser.get(&format!("/r/{}/{kind}", one(offers))).await,
        "case" => browser.get(&format!("/c/{}", one(cases))).await,
        "custody" | "refer" => browser.get(&format!("/c/{}/{kind}", one(cases))).await,
        "consents" => browser.get(&format!("/c/{}/consent", one(cases))).await,
        "consent" => browser.get(&format!("/c/{}/consent/new", one(cases))).await,
        "search" => browser.search(csrf, &name_of(Dice::of(round).roll(1_000)).latin[0]).await,
        other => browser.get(&format!("/{other}")).await,
    }
}

/// What the forms of this browser's session carry.
pub async fn csrf(browser: &mut Browser) -> String {
    let page = String::from_utf8(browser.get("/cases").await.body.to_vec()).expect("text");
    let rest = page.split_once("name=\"csrf\" value=\"").expect("a form").1;
    rest.split('"').next().expect("a value").to_owned()
}
