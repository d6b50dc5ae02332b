//! The two offices: their cases, their offers, and the people who work there.

use std::{net::SocketAddr, path::Path, time::Duration};

use protocol::code::AgencyKind;
use serde_json::json;
use tests::{
    agency::{Agency, free_address},
    socket::Socket,
    town::introduce,
};

use crate::{browser::Browser, fill, node::Node};

/// Of the smaller and the larger office.
pub const CASES: [usize; 2] = [1_000, 10_000];
/// People who work at the larger office at once.
pub const PEOPLE: usize = 200;
/// Cases of each of them.
const EACH: usize = 20;
/// Offers that wait at each office: more than a page of the inbox.
const OFFERS: usize = 100;
/// What one peer may ask for here is what a whole network's would.
const SETTINGS: [&str; 3] =
    ["requests_per_s = 100000", "requests_burst = 1000000", "unanswered_offers_per_peer = 100000"];

/// One office, and who works there.
pub struct Office {
    pub node: Node,
    pub supervisor: Browser,
    pub workers: Vec<Worker>,
    /// A supervisor's pages: offers and cases that are there.
    pub offers: Vec<String>,
    pub cases: Vec<String>,
}

/// A social worker, and the cases that are theirs.
pub struct Worker {
    pub browser: Browser,
    pub cases: Vec<String>,
}

pub struct World {
    pub small: Office,
    pub large: Office,
}

impl World {
    pub async fn made(place: &Path) -> Self {
        let sender = Agency::make(place, "CMO", AgencyKind::Reception);
        let offices = ["DT", "FI"].map(|name| Agency::make(place, name, AgencyKind::Shelter));
        let screens = [free_address(), free_address()];
        for (office, address) in offices.iter().zip(screens) {
            office.set(&["open = true", &format!("address = \"{address}\"")]);
        }
        for agency in [&sender, &offices[0], &offices[1]] {
            agency.set(&SETTINGS);
        }
        let mut from = Node::of(&sender.dir);
        let mut nodes = [Node::of(&offices[0].dir), Node::of(&offices[1].dir)];
        from.start().await;
        for (node, office) in nodes.iter_mut().zip(&offices) {
            node.start().await;
            introduce(&sender, office).await;
            introduce(office, &sender).await;
        }
        let offered = fill::to_offer(&sender, &from, &["DT", "FI"]).await;
        let mut ids = Vec::new();
        for ((node, office), cases) in nodes.iter().zip(&offices).zip(CASES) {
            fill::cases(node, 0..cases).await;
            ids.push(fill::offers(&from, &offered, office.name, OFFERS).await);
        }
        delivered(&from).await;
        from.stop().await;
        let [small, large] = nodes;
        let at_large = ids.pop().expect("offers");
        let at_small = ids.pop().expect("offers");
        Self {
            small: Office::staffed(small, screens[0], 0, at_small).await,
            large: Office::staffed(large, screens[1], PEOPLE, at_large).await,
        }
    }

    pub async fn stop(&mut self) {
        self.small.node.stop().await;
        self.large.node.stop().await;
    }
}

impl Office {
    async fn staffed(node: Node, screens: SocketAddr, people: usize, offers: Vec<String>) -> Self {
        let mut socket = node.socket().await;
        let cases = listed(&mut socket, (people * EACH).max(200)).await;
        let supervisor = enrolled(&mut socket, screens, "supervisor", "supervisor").await;
        let mut workers = Vec::new();
        for number in 0..people {
            let sign_in = format!("worker{number}");
            let browser = enrolled(&mut socket, screens, &sign_in, "social_worker").await;
            let cases = cases[number * EACH..][..EACH].to_vec();
            for case in &cases {
                socket.post(&format!("cases/{case}/assign"), &json!({ "to": [sign_in] })).await;
            }
            workers.push(Worker { browser, cases });
        }
        Self { node, supervisor, workers, offers, cases }
    }
}

/// The ids of so many cases, the newest first.
async fn listed(socket: &mut Socket, most: usize) -> Vec<String> {
    let (mut after, mut ids) = (String::new(), Vec::new());
    while ids.len() < most {
        let page = socket.get(&format!("cases{after}")).await;
        let found = page["cases"].as_array().expect("a list").iter();
        ids.extend(found.map(|case| case["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("?after={next}");
    }
    ids
}

async fn enrolled(socket: &mut Socket, screens: SocketAddr, sign_in: &str, role: &str) -> Browser {
    let ask = json!({ "name": "Sorn Maly", "sign_in": sign_in, "roles": [role] });
    let invitation = socket.post("people", &ask).await;
    Browser::enrolled(screens, invitation["token"].as_str().expect("a token")).await
}

/// Waits until all offers are at their nodes.
async fn delivered(from: &Node) {
    let mut socket = from.socket().await;
    while socket.get("status").await["waiting_to_send"] != 0 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
