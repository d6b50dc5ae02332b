//! A browser without a screen: it keeps cookies, follows what pages offer and says where its requests come from.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, BodyDataStream, Bytes, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use futures_util::StreamExt as _;
use keys::Timestamp;
use totp_rs::{Algorithm, Builder};
use tower::ServiceExt as _;

use crate::{
    service::{
        Service,
        testing::{Node, worker},
    },
    view::InviteRequest,
    web::{
        guard::{self, Names},
        live::{Streams, Times},
    },
};

/// What the tests' people choose.
pub(super) const WORDS: &str = "three rivers meet here";
/// What their telephones know.
pub(super) const TELEPHONE: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

#[derive(Clone)]
pub(super) struct Browser {
    router: Router,
    cookies: Vec<(String, String)>,
    pub(super) lang: &'static str,
    /// By which name and port it calls the node.
    pub(super) host: &'static str,
}

pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Of the body, as it came.
    pub(super) bytes: usize,
    pub(super) body: String,
    /// The path asked for last, after redirects.
    pub(super) path: String,
}

impl Page {
    /// The value of the first attribute `name` after `mark`.
    pub(super) fn after(&self, mark: &str, name: &str) -> &str {
        let rest = self.body.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {}", self.body)).1;
        rest.split_once(&format!("{name}=\"")).unwrap().1.split('"').next().unwrap()
    }

    /// The links of the content.
    pub(super) fn links(&self) -> Vec<&str> {
        let content = self.body.split_once("<main").unwrap().1;
        content.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

/// What a page hears.
pub(super) struct News(BodyDataStream);

impl News {
    /// Name and data of the next event; none after the last.
    pub(super) async fn next(&mut self) -> Option<(String, String)> {
        let next = tokio::time::timeout(Duration::from_secs(20), self.0.next());
        let frame = next.await.expect("silence")?.expect("a stream");
        let text = String::from_utf8(frame.to_vec()).unwrap();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no {name} in {text}")).trim_start_matches([':', ' ']).to_owned()
        };
        Some((field("event"), field("data")))
    }

    /// The next event that is no beat.
    pub(super) async fn told(&mut self) -> Option<(String, String)> {
        loop {
            match self.next().await {
                Some((name, _)) if name == "beat" => {}
                other => return other,
            }
        }
    }

    /// The next event is a beat: nothing was to be said.
    pub(super) async fn is_quiet(&mut self) {
        // One may have been on its way.
        for _ in 0..2 {
            let (name, data) = self.next().await.unwrap();
            assert_eq!(name, "beat", "{data}");
        }
    }
}

impl Browser {
    pub(super) fn new(service: &Arc<Service>) -> Self {
        Self::waiting_among(service, 100)
    }

    /// Of a node where so many pages may wait for news, whose streams are quicker than those of the program.
    pub(super) fn waiting_among(service: &Arc<Service>, most: usize) -> Self {
        let times = Times { pause: Duration::from_millis(20), beat: Duration::from_millis(300) };
        Self::told_at(service, most, times)
    }

    /// Of a node whose streams keep these times.
    pub(super) fn told_at(service: &Arc<Service>, most: usize, times: Times) -> Self {
        let routes = crate::web::app(Arc::clone(service), false, Streams::new(most, times));
        Self::of(routes)
    }

    /// Of these pages, as they are served.
    pub(super) fn of(routes: Router) -> Self {
        let router = guard::around(routes, None, Arc::new(Names(vec!["spean.example".into()])), false);
        Self { router, cookies: Vec::new(), lang: "en", host: "127.0.0.1:7080" }
    }

    /// Invited, enrolled and signed in through the pages.
    pub(super) async fn signed_in(node: &Node, name: &str, roles: &[&str]) -> Self {
        Self::new(&node.service).enrolled(node, name, roles).await
    }

    /// The same on this browser.
    pub(super) async fn enrolled(mut self, node: &Node, name: &str, roles: &[&str]) -> Self {
        let browser = &mut self;
        let token = invited(node, name, roles).await;
        let code = code(node);
        let form = [("passphrase", WORDS), ("again", WORDS), ("code", &code), ("secret", TELEPHONE)];
        let page = browser.post(&format!("/join/{token}"), &form).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        self
    }

    pub(super) fn has_session(&self) -> bool {
        self.cookies.iter().any(|(name, value)| name == "sid" && !value.is_empty())
    }

    pub(super) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host)
            .header(header::ACCEPT_LANGUAGE, self.lang)
            .header(header::COOKIE, cookies.join("; "))
    }

    /// One request, no redirect followed.
    pub(super) async fn send(&mut self, request: Request<Body>) -> Page {
        let path = request.uri().path().to_owned();
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(other, _)| other != name);
            self.cookies.push((name.into(), value.into()));
        }
        // A stream goes on for ever.
        let streams = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let bytes = if streams { Bytes::new() } else { to_bytes(body, 1 << 20).await.unwrap() };
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, headers: parts.headers, bytes: bytes.len(), body, path }
    }

    /// Opens a page, and listens for its news.
    pub(super) async fn news_of(&mut self, path: &str) -> News {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        self.news(&page.after("id=\"news\"", "data-from").replace("&#38;", "&")).await.unwrap()
    }

    /// Listens there; what else is answered.
    pub(super) async fn news(&self, path: &str) -> Result<News, StatusCode> {
        let mut request = self.request(Method::GET, path).header("sec-fetch-site", "same-origin");
        request.extensions_mut().unwrap().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        if status == StatusCode::OK { Ok(News(response.into_body().into_data_stream())) } else { Err(status) }
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        let request = self.request(Method::GET, path).header("sec-fetch-site", "same-origin");
        let page = self.send(request.body(Body::empty()).unwrap()).await;
        self.follow(page).await
    }

    /// Sends a form of one of our own pages.
    pub(super) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = self.form(path, form, "same-origin");
        let page = self.send(request).await;
        self.follow(page).await
    }

    pub(super) fn form(&self, path: &str, form: &[(&str, &str)], site: &str) -> Request<Body> {
        let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        self.request(Method::POST, path)
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap()
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..4 {
            if !page.status.is_redirection() {
                return page;
            }
            let path = page.headers[header::LOCATION].to_str().unwrap().to_owned();
            page = self.send(self.request(Method::GET, &path).body(Body::empty()).unwrap()).await;
        }
        panic!("redirected for ever: {}", page.path)
    }

    /// The token of this person's forms.
    pub(super) async fn csrf(&mut self) -> String {
        self.get("/settings").await.after("name=\"csrf\"", "value").to_owned()
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// An invitation's token.
pub(super) async fn invited(node: &Node, name: &str, roles: &[&str]) -> String {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let request = InviteRequest { name: "ម៉ៅ សុភា".into(), sign_in: name.into(), roles };
    node.service.invite(&worker(None), request).await.unwrap().token.clone()
}

/// What the telephone shows now.
pub(super) fn code(node: &Node) -> String {
    code_of(TELEPHONE, node.service.glance().now)
}

/// The code of a telephone that knows `secret`.
pub(super) fn code_of(secret: &str, now: Timestamp) -> String {
    let bytes: [u8; 20] = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap().try_into().unwrap();
    let telephone = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(bytes)
        .with_account_name("x")
        .build_noncompliant();
    telephone.generate(now.0).to_string()
}
