//! What it costs to erase one of many: received offers are declined, and each is erased before the next is.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::socket::Socket;

use crate::{asks::median, node::Node, report::Report};

/// Exchanges that are declined at each node.
const DECLINED: usize = 21;
const LOOK: Duration = Duration::from_millis(1);

pub async fn measure(small: &Node, large: &Node, report: &mut Report) {
    let nodes = [small, large];
    let ids = nodes.map(|node| node.note("exchanges").lines().map(str::to_owned).collect::<Vec<_>>());
    let mut sockets = [small.socket().await, large.socket().await];
    let mut times = [Vec::new(), Vec::new()];
    for (few, many) in ids[0].iter().zip(&ids[1]).take(DECLINED) {
        for (node, exchange) in [few, many].into_iter().enumerate() {
            times[node].extend(erase(&mut sockets[node], exchange).await);
        }
    }
    let [few, many] = times.map(median);
    report.figure("erase_ms_small", few * 1e3);
    report.figure("erase_ms_large", many * 1e3);
    report.figure("erase_ratio", many / few);
}

/// From the decline until what was shared is erased and its receipt signed; `None` if an earlier run did that.
async fn erase(socket: &mut Socket, exchange: &str) -> Option<Duration> {
    let path = format!("exchanges/{exchange}");
    if socket.get(&path).await["erased"] == true {
        return None;
    }
    let begun = Instant::now();
    socket.post(&format!("{path}/decline"), &json!({ "reason": "no_capacity" })).await;
    while socket.get(&path).await["erased"] != true {
        tokio::time::sleep(LOOK).await;
    }
    Some(begun.elapsed())
}
