//! Connections that mean harm, at the port of a real `spean serve`: slow, half-open, huge, many; of strangers, and of a
//! known peer gone mad. During each attack another peer's urgent offer is taken, over a connection of its own, within a
//! bounded time; memory stays bounded; afterwards the node holds no more files open than before.

use std::{
    fmt::Write as _,
    fs,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use protocol::code::AgencyKind;
use rustls::ClientConfig;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use crate::{
    agency::Agency,
    puppet::{Puppet, published},
    town::{Town, introduce},
    wire::{
        CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, HELLO, HYBRID, Identity, PING, RST_STREAM, SETTINGS,
        fields, frame, offer, tcp, tls,
    },
};

/// An urgent offer waits no longer than this for its acknowledgement, whatever goes on. Debug build, shared machine.
const BOUND: Duration = Duration::from_secs(15);
/// What an attack may add to the node's memory: the room for envelopes twice (as they came, and opened), and a little.
const MEMORY_KIB: u64 = 160 << 10;
/// Offers during each attack.
const OFFERS: usize = 3;
const ATTACKERS_ADDRESS: u8 = 2;

/// Makes the frames of a spray.
type Next = fn(u32) -> Vec<u8>;

/// DT's node, HC that is as it should be, and CMO.
struct Scene {
    town: Town,
    hc: Puppet,
    cmo: Identity,
    report: String,
}

impl Scene {
    async fn set() -> Self {
        let mut town = Town::found();
        let hc = Agency::make(town.place.path(), "HC", AgencyKind::Health);
        town.dt.spawn().await;
        introduce(&town.dt, &town.cmo).await;
        introduce(&town.dt, &hc).await;
        let cmo = Identity::of(&town.cmo);
        Self { hc: Puppet::of(&hc), town, cmo, report: String::new() }
    }

    const fn port(&self) -> SocketAddr {
        self.town.dt.listen
    }

    fn known(&self) -> Arc<ClientConfig> {
        Arc::new(offer(&self.cmo, HYBRID, "h2"))
    }

    /// An offer of HC, tried again as a node would, until it is acknowledged. How long that took.
    async fn urgent(&mut self, what: &str) -> Duration {
        let record = self.town.dt.record();
        let letter = self.hc.offer(&record).packet.letter(&self.hc.signing, &published(&record), None);
        self.hc.hang_up();
        let begun = Instant::now();
        loop {
            match self.hc.post(&self.town.dt, &letter.bytes).await {
                Ok(_) => return begun.elapsed(),
                Err(why) => assert!(begun.elapsed() < BOUND, "{what}: no answer to an urgent offer: {why}"),
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// The attack goes on until the offers are answered; then nothing of it is left.
    async fn withstands(&mut self, what: &str, attack: JoinHandle<()>) {
        let (files, memory) = (self.files(), self.memory("VmRSS:"));
        sleep(Duration::from_millis(700)).await;
        let mut longest = Duration::ZERO;
        for _ in 0..OFFERS {
            longest = longest.max(self.urgent(what).await);
        }
        assert!(!attack.is_finished(), "{what}: the attack itself broke down");
        let grown = self.memory("VmRSS:").saturating_sub(memory);
        attack.abort();
        // Aborted: that is its only end.
        let _ = attack.await;
        writeln!(self.report, "{what}: an offer took {longest:?} at most, {grown} KiB more").expect("written");
        assert!(longest < BOUND, "{what}: {longest:?}");
        assert!(grown < MEMORY_KIB, "{what}: {grown} KiB");
        self.files_come_back(what, files).await;
    }

    async fn files_come_back(&self, what: &str, before: Option<usize>) {
        let Some(before) = before else { return };
        let begun = Instant::now();
        // Warm connections of the peer that is as it should be may stay.
        while self.files().is_some_and(|now| now > before + 4) {
            assert!(begun.elapsed() < 2 * BOUND, "{what}: {:?} files open, {before} before", self.files());
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Open files of the node, where that may be read.
    fn files(&self) -> Option<usize> {
        let open = fs::read_dir(format!("/proc/{}/fd", self.town.dt.process()));
        if let Ok(files) = open {
            Some(files.count())
        } else {
            tests::not_run("floods: file descriptors come back", "needs root to count those of a node");
            None
        }
    }

    fn memory(&self, what: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.town.dt.process())).expect("its status");
        let line = status.lines().find(|line| line.starts_with(what)).expect("a line about memory");
        line.split_whitespace().nth(1).expect("a number").parse().expect("kibibytes")
    }

    async fn close(self) {
        println!("{}peak {} KiB", self.report, self.memory("VmHWM:"));
        self.town.close().await;
    }
}

/// So many at once, each beginning again when it is cut off.
async fn many<F: Future<Output = ()> + Send>(number: usize, one: impl Fn() -> F + Clone + Send + 'static) {
    let mut all = JoinSet::new();
    for _ in 0..number {
        let one = one.clone();
        all.spawn(async move {
            loop {
                one().await;
                sleep(Duration::from_millis(20)).await;
            }
        });
    }
    while all.join_next().await.is_some() {}
}

/// Connects and says nothing.
async fn silent(port: SocketAddr) {
    let Ok(mut stream) = tcp(port, ATTACKERS_ADDRESS).await else { return };
    let _ = stream.read_u8().await;
}

/// A handshake of one byte every 200 ms.
async fn slow_handshake(port: SocketAddr) {
    let Ok(mut stream) = tcp(port, ATTACKERS_ADDRESS).await else { return };
    for byte in [22, 3, 1, 5, 0, 1, 0, 4, 0xfc, 3, 3].into_iter().chain([7; 200]) {
        if stream.write_u8(byte).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// A whole handshake; what follows is never answered to a stranger.
async fn handshake(port: SocketAddr, config: Arc<ClientConfig>) {
    let Ok(mut stream) = tls(port, ATTACKERS_ADDRESS, &config).await else { return };
    let _ = stream.read_u8().await;
}

/// Frames without end, of which no answer is read.
async fn spray(port: SocketAddr, config: Arc<ClientConfig>, begin: Vec<u8>, next: Next) {
    let Ok(mut stream) = tls(port, ATTACKERS_ADDRESS, &config).await else { return };
    if stream.write_all(&[HELLO, &begin].concat()).await.is_err() {
        return;
    }
    for round in 0.. {
        let frames: Vec<u8> = (0..200).flat_map(|n| next(round * 200 + n)).collect();
        if stream.write_all(&frames).await.is_err() {
            return;
        }
    }
}

fn request(stream: u32, flags: u8) -> Vec<u8> {
    let typed = [("content-type", "application/octet-stream")];
    frame(HEADERS, flags, stream, &fields("POST", "/spean/1/envelopes", &typed))
}

/// Sixty-four bodies on one connection that begin, and come to nothing.
async fn slow_bodies(port: SocketAddr, config: Arc<ClientConfig>) {
    let Ok(mut stream) = tls(port, ATTACKERS_ADDRESS, &config).await else { return };
    let mut bytes = HELLO.to_vec();
    for number in (1..128).step_by(2) {
        bytes.extend(request(number, END_HEADERS));
        for _ in 0..2 {
            bytes.extend(frame(DATA, 0, number, &[7; 15_000]));
        }
    }
    if stream.write_all(&bytes).await.is_ok() {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
}

/// Headers that come a byte a time, and never end.
async fn slow_headers(port: SocketAddr, config: Arc<ClientConfig>) {
    let Ok(mut stream) = tls(port, ATTACKERS_ADDRESS, &config).await else { return };
    let _ = stream.write_all(&[HELLO, &request(1, 0)].concat()).await;
    while stream.write_all(&frame(CONTINUATION, 0, 1, &[0])).await.is_ok() && stream.flush().await.is_ok() {
        sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_strangers_fill_the_port_a_peer_is_served_and_nothing_of_it_stays() {
    let mut scene = Scene::set().await;
    let port = scene.port();
    scene.urgent("nothing").await;
    scene.withstands("silent", tokio::spawn(many(300, move || silent(port)))).await;
    scene.withstands("slow handshakes", tokio::spawn(many(100, move || slow_handshake(port)))).await;
    let stranger = Arc::new(offer(&Identity::stranger(), HYBRID, "h2"));
    let unknown = move || handshake(port, Arc::clone(&stranger));
    scene.withstands("unknown keys", tokio::spawn(many(16, unknown))).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_known_peer_goes_mad_another_is_served_and_nothing_of_it_stays() {
    let mut scene = Scene::set().await;
    let port = scene.port();
    scene.urgent("nothing").await;
    let known = scene.known();
    let each = |config: &Arc<ClientConfig>| Arc::clone(config);

    let config = each(&known);
    scene.withstands("slow bodies", tokio::spawn(many(4, move || slow_bodies(port, each(&config))))).await;
    let config = each(&known);
    scene.withstands("slow headers", tokio::spawn(many(4, move || slow_headers(port, each(&config))))).await;
    let config = each(&known);
    scene.withstands("connections", tokio::spawn(many(64, move || handshake(port, each(&config))))).await;

    let sprays: [(&str, Vec<u8>, Next); 7] = [
        ("streams", vec![], |n| request(2 * n + 1, END_HEADERS)),
        ("whole requests", vec![], |n| request(2 * n + 1, END_HEADERS | END_STREAM)),
        ("rapid reset", vec![], |n| {
            [request(2 * n + 1, END_HEADERS), frame(RST_STREAM, 0, 2 * n + 1, &[0, 0, 0, 8])].concat()
        }),
        ("settings", vec![], |_| frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0xff, 0xff])),
        ("pings", vec![], |_| frame(PING, 0, 0, &[1; 8])),
        ("headers without end", request(1, 0), |_| {
            frame(CONTINUATION, 0, 1, &fields("GET", "/", &[("x", "0123456789012345678901234567890123456789")]))
        }),
        ("empty data", request(1, END_HEADERS), |_| frame(DATA, 0, 1, b"")),
    ];
    for (what, begin, next) in sprays {
        let config = each(&known);
        let attack = many(4, move || spray(port, each(&config), begin.clone(), next));
        scene.withstands(what, tokio::spawn(attack)).await;
    }
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_known_peer_sends_all_it_can_anothers_urgent_offer_is_taken() {
    let mut scene = Scene::set().await;
    scene.urgent("nothing").await;
    let cmo = Arc::new((Puppet::of(&scene.town.cmo), scene.town.dt.record(), scene.port()));
    let large = Arc::clone(&cmo);
    let garbage = many(32, move || {
        let cmo = Arc::clone(&large);
        async move { drop(cmo.0.post_to(&cmo.1, cmo.2, &vec![b'S'; 1 << 20]).await) }
    });
    scene.withstands("garbage of a mebibyte", tokio::spawn(garbage)).await;
    let offers = many(32, move || {
        let cmo = Arc::clone(&cmo);
        async move {
            let letter = cmo.0.offer(&cmo.1).packet.letter(&cmo.0.signing, &published(&cmo.1), None);
            drop(cmo.0.post_to(&cmo.1, cmo.2, &letter.bytes).await);
        }
    });
    scene.withstands("sound offers", tokio::spawn(offers)).await;
    scene.close().await;
}
