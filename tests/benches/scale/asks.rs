//! The same questions to both nodes, in turns.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::socket::Socket;

use crate::{
    children::{PET_NAME, name_of},
    names::Dice,
    node::Node,
    report::Report,
};

/// How often each question is put to each node.
const ROUNDS: usize = 101;
/// The bound of all of them: the large node may take so many times as long as the small one.
const MOST: f64 = 2.0;

struct Ask {
    method: &'static str,
    path: String,
    body: String,
}

impl Ask {
    fn get(path: &str) -> Self {
        Self { method: "GET", path: path.to_owned(), body: String::new() }
    }

    fn search(term: &str) -> Self {
        Self { method: "POST", path: "cases/search".into(), body: json!({ "term": term }).to_string() }
    }

    async fn put(&self, socket: &mut Socket) -> Duration {
        let begun = Instant::now();
        socket.raw(self.method, &self.path, self.body.as_bytes()).await;
        begun.elapsed()
    }
}

/// What is searched for, by kind; each of the terms is a child's of both nodes.
fn searches(kind: &str, round: usize) -> String {
    let name = name_of(Dice::of(round).roll(1_000));
    let [family, given] = name.latin;
    let [km_family, km_given] = name.km;
    match kind {
        "latin" => format!("{family} {given}"),
        "family" => family,
        "khmer" => format!("{km_family} {km_given}"),
        "khmer_joined" => km_family + &km_given,
        "part" => given[..3].to_owned(),
        "inside" => given[2..].to_owned(),
        // As others would spell it: the sound is the same.
        "sound" => given.replace('k', "kk").replace("ph", "p").replace("th", "t") + "h",
        "mistyped" => format!("{}{}{}", &given[..2], &given[3..4], &given[2..3]) + &given[4..],
        "letter" => given[..1].to_owned(),
        "half_of_all" => PET_NAME.to_owned(),
        _ => "Xqwv Zzyj".to_owned(),
    }
}

const KINDS: [&str; 11] = [
    "latin",
    "family",
    "khmer",
    "khmer_joined",
    "part",
    "inside",
    "sound",
    "mistyped",
    "letter",
    "half_of_all",
    "nobody",
];

pub async fn measure(small: &Node, large: &Node, report: &mut Report) {
    let nodes = [small, large];
    let list = ratio(nodes, |_, _| Ask::get("cases")).await;
    report.most("list_ratio", list, MOST);
    let mut worst: f64 = 0.0;
    for kind in KINDS {
        let found = ratio(nodes, |_, round| Ask::search(&searches(kind, round))).await;
        report.figure(&format!("search_ratio_{kind}"), found);
        worst = worst.max(found);
    }
    report.most("search_ratio", worst, MOST);
    let inbox = ratio(nodes, |_, _| Ask::get("inbox")).await;
    report.most("inbox_ratio", inbox, MOST);
    let exchanges = nodes.map(|node| node.note("exchanges").lines().map(str::to_owned).collect::<Vec<_>>());
    let show = ratio(nodes, |node, round| {
        let ids = &exchanges[node];
        Ask::get(&format!("exchanges/{}", ids[Dice::of(round).roll(ids.len())]))
    });
    report.most("show_ratio", show.await, MOST);
}

/// The median time of the second node, in those of the first.
async fn ratio(nodes: [&Node; 2], ask: impl Fn(usize, usize) -> Ask) -> f64 {
    let mut sockets = [nodes[0].socket().await, nodes[1].socket().await];
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for (node, socket) in sockets.iter_mut().enumerate() {
            times[node].push(ask(node, round).put(socket).await);
        }
    }
    let [few, many] = times.map(median);
    println!("  median {:.0} us with few, {:.0} us with many", few * 1e6, many * 1e6);
    many / few
}

/// In seconds.
pub fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// Opens so many cases, from all over the folder: what the store keeps in memory is full then.
pub async fn open_many(node: &Node, count: usize) {
    let mut socket = node.socket().await;
    let (mut after, mut opened) = (String::new(), 0);
    while opened < count {
        let page = socket.get(&format!("cases{after}")).await;
        for case in page["cases"].as_array().expect("a list") {
            let path = format!("cases/{}", case["id"].as_str().expect("an id"));
            socket.raw("GET", &path, b"").await;
            opened += 1;
        }
        let Some(next) = page["next"].as_str() else { return };
        after = format!("?after={next}");
    }
}
