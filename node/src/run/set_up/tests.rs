//! A set-up over real sockets: it makes a node that goes on behind the same address, or it leaves nothing.

use std::path::Path;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
};

use super::*;

const PASSPHRASE: &str = "five lotus ponds at dawn";

/// A browser that was let in.
struct Browser {
    host: String,
    cookie: String,
}

impl Browser {
    /// Status line with headers, and the page.
    async fn ask(&self, request: &str, form: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.host.replace("localhost", "127.0.0.1")).await.unwrap();
        let text = format!(
            "{request} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\naccept-language: en\r\nconnection: \
             close\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{form}",
            self.host,
            self.cookie,
            form.len()
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, page) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), page.to_owned())
    }

    async fn enter(link: &str) -> Self {
        let (host, path) = link.trim_start_matches("http://").split_once('/').unwrap();
        let browser = Self { host: host.to_owned(), cookie: String::new() };
        let (head, _) = browser.ask(&format!("GET /{path}"), "").await;
        let cookie = head.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap();
        Self { cookie: cookie.to_owned(), ..browser }
    }

    /// Sends a step's form; where that leads.
    async fn post(&self, path: &str, form: &str) -> String {
        let (_, page) = self.ask(&format!("GET {path}"), "").await;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let (head, page) = self.ask(&format!("POST {path}"), &format!("csrf={csrf}&{form}")).await;
        assert!(head.starts_with("HTTP/1.1 303"), "{path}: {head}\n{page}");
        head.split("location: ").nth(1).unwrap().split("\r\n").next().unwrap().to_owned()
    }

    /// Everything up to the kit; its last three groups.
    async fn answer(&self) -> String {
        self.post("/set-up/language", "lang=en").await;
        self.post("/set-up/agency", "name=CMO&kind=reception&country=kh&network=trial&public=").await;
        self.post("/set-up/passphrase", &format!("passphrase={PASSPHRASE}&again={PASSPHRASE}")).await;
        self.post("/set-up/people", "roles=apart").await;
        let (_, kit) = self.ask("GET /set-up/kit", "").await;
        let groups: Vec<&str> =
            kit.split("<li class=\"num\">").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
        assert_eq!(groups.concat().get(..7), Some("spnkit1"), "{kit}");
        groups[groups.len() - 3..].concat()
    }
}

/// A set-up below `place`, its browser, and what stops it.
async fn begun(place: &Path, idle: Duration) -> (Browser, oneshot::Sender<()>, JoinHandle<Result<End, StartError>>) {
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cost = KdfParams::new(64, 1, 1).unwrap();
    let ask = SettingUp { dir: place.join("cmo"), listen: free(), screens: free(), cost };
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, told) = oneshot::channel();
    let running = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
            "a test"
        };
        let link = move |link: &str| tell.send(link.to_owned()).unwrap();
        setting_up(&ask, idle, stopped, link, |_, _| ()).await
    });
    let link = told.await.unwrap();
    (Browser::enter(&link).await, stop, running)
}

fn is_empty(place: &Path) -> bool {
    std::fs::read_dir(place).unwrap().next().is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_agency_is_made_with_the_last_step_and_its_node_goes_on_behind_the_same_address() {
    let place = tempfile::tempdir().unwrap();
    let (browser, stop, running) = begun(place.path(), IDLE).await;
    let last = browser.answer().await;
    assert_eq!(browser.post("/set-up/kit/check", &format!("last={last}")).await, "/set-up/end");
    assert!(is_empty(place.path()), "nothing before the last step");
    let join = browser.post("/set-up/end", "name=Chan+Sophea&sign_in=sophea").await;
    assert!(join.starts_with("/join/"), "{join}");
    let (head, page) = browser.ask(&format!("GET {join}"), "").await;
    assert!(head.starts_with("HTTP/1.1 200") && page.contains("Welcome, Chan Sophea"), "{head}\n{page}");
    let (head, _) = browser.ask("GET /set-up/kit", "").await;
    assert!(head.starts_with("HTTP/1.1 404"), "the set-up is over: {head}");
    let folder = Folder::new(place.path().join("cmo"));
    let config = Config::load(&folder.config()).unwrap();
    assert!(config.web.open && !config.people.keys_and_cases_together);
    assert!(keys::Keyring::unlock(&folder.keyring(), PASSPHRASE.as_bytes()).is_ok());
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "no file of the kit, nothing half-made");
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap().unwrap(), End::Ran);
    let passphrase = Zeroizing::new(PASSPHRASE.as_bytes().to_vec());
    let checked = tokio::task::spawn_blocking(move || crate::run::verify_audit(&folder, passphrase)).await;
    assert!(checked.unwrap().unwrap().entries > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_up_that_is_cut_off_in_the_middle_leaves_no_agency() {
    let place = tempfile::tempdir().unwrap();
    let (browser, stop, running) = begun(place.path(), IDLE).await;
    let last = browser.answer().await;
    browser.post("/set-up/kit/check", &format!("last={last}")).await;
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap().unwrap(), End::NothingMade);
    assert!(is_empty(place.path()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_up_that_nobody_goes_on_with_ends_and_leaves_no_agency() {
    let place = tempfile::tempdir().unwrap();
    let (_browser, _stop, running) = begun(place.path(), Duration::from_millis(300)).await;
    assert_eq!(running.await.unwrap().unwrap(), End::Idle);
    assert!(is_empty(place.path()));
}

#[tokio::test]
async fn a_port_that_is_taken_is_found_before_anything_is_asked() {
    let place = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let (listen, screens) = (taken.local_addr().unwrap(), "127.0.0.1:0".parse().unwrap());
    let ask = SettingUp { dir: place.path().join("cmo"), listen, screens, cost: KdfParams::LEAST };
    let never = std::future::pending::<&'static str>();
    let refused = setting_up(&ask, IDLE, never, |_| panic!("a link"), |_, _| ()).await.unwrap_err();
    assert_eq!(refused.code(), "node/port-in-use");
    let public = SettingUp { listen: "127.0.0.1:0".parse().unwrap(), screens: "0.0.0.0:0".parse().unwrap(), ..ask };
    let never = std::future::pending::<&'static str>();
    let refused = setting_up(&public, IDLE, never, |_| panic!("a link"), |_, _| ()).await.unwrap_err();
    assert_eq!(refused.code(), "node/settings", "only on this computer");
}
