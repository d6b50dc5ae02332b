//! Asking the running node, for the command line.
//!
//! Blocking: a command asks, waits and ends. Knows the socket and nothing of what is asked.

use std::{io, path::Path, time::Duration};

use reqwest::{Client, header};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use serde_json::Value;
use tokio::net::UnixStream;

use super::{
    PREFIX,
    actor::{APPROVED_BY, BY},
    problem::MEDIA_TYPE,
};
use crate::{service::PersonName, view::Problem};

/// A command that takes longer has met a node that hangs.
const PATIENCE: Duration = Duration::from_mins(2);
/// Of an answer; a page of cases or a whole exchange is far below.
const MAX_ANSWER: usize = 64 << 20;

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Replaces.
    Put,
}

/// Who asks, by their own word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// `--by`
    pub by: Option<&'a PersonName>,
    /// `--approved-by`
    pub approved_by: Option<&'a PersonName>,
}

/// Asks the node at `socket` for `path`, which is below `/api/v1/`. Not to be called from inside a tokio runtime; there
/// use [`ask`].
///
/// # Errors
/// The node's own problem; `node/not-running` when nobody answers; `node/not-allowed` when the socket is another
/// user's; `node/no-answer` when the node went away or hangs, and then it is not known whether it acted.
pub fn call(
    socket: &Path,
    names: Names<'_>,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| internal())?;
    runtime.block_on(ask(socket, names, method, path, body))
}

/// As [`call`], inside a tokio runtime.
///
/// # Errors
/// As [`call`].
pub async fn ask(
    socket: &Path,
    names: Names<'_>,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, Problem> {
    // Tried first, so that "not running" and "went away" are told apart.
    drop(UnixStream::connect(socket).await.map_err(|error| not_there(socket, &error))?);
    let url = format!("http://node{PREFIX}/{path}");
    let client = client(socket).ok_or_else(internal)?;
    let mut request = match method {
        Method::Get => client.get(url),
        Method::Post => client.post(url),
        Method::Put => client.put(url),
    };
    for (header, name) in [(BY, names.by), (APPROVED_BY, names.approved_by)] {
        if let Some(name) = name {
            request = request.header(header, name.as_str().as_bytes());
        }
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let mut response = request.send().await.map_err(|_| no_answer())?;
    let (status, is_problem) = (response.status(), is_problem(&response));
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| no_answer())? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(no_answer());
        }
        bytes.extend_from_slice(&chunk);
    }
    if status.is_success() {
        return serde_json::from_slice(&bytes).map_err(|_| no_answer());
    }
    Err(if is_problem { serde_json::from_slice(&bytes).unwrap_or_else(|_| no_answer()) } else { no_answer() })
}

fn is_problem(response: &reqwest::Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes() == MEDIA_TYPE.as_bytes())
}

/// A client for the socket. It needs a TLS setup to be built, and never uses it.
fn client(socket: &Path) -> Option<Client> {
    let tls = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .unix_socket(socket)
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .build()
        .ok()
}

fn problem(code: &str, title: &str, hint: Option<String>) -> Problem {
    Problem { code: code.into(), status: 503, title: title.into(), hint, faults: Vec::new() }
}

fn not_there(socket: &Path, error: &io::Error) -> Problem {
    if error.kind() == io::ErrorKind::PermissionDenied {
        let hint = "run `spean` as the user who runs the node".into();
        return problem("node/not-allowed", "the node's socket belongs to another user", Some(hint));
    }
    let folder = socket.parent().unwrap_or(socket).display();
    let hint = format!("start it in another terminal: spean serve --dir {folder}");
    problem("node/not-running", "no node runs here: this command needs it", Some(hint))
}

fn no_answer() -> Problem {
    let hint = "look whether it runs (`spean status`) and whether the act was done before you repeat it".into();
    problem("node/no-answer", "the node went away, or gave no proper answer", Some(hint))
}

fn internal() -> Problem {
    let hint = "does the system allow too few open files (`ulimit -n`) or threads? else please report it".into();
    problem("internal", "the request could not be made: the system gave no means for it", Some(hint))
}
