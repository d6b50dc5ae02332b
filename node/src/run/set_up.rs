//! First run: serves the set-up in the browser, makes the agency, and goes on as its node behind the same listener.
//!
//! Owns what joins the three: `web` asks, `founding` makes, [`super::start_behind`] starts. A set-up that ends before its
//! last step has touched no file; the agency itself appears at once, as by `spean init`.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use keys::keyring::KdfParams;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::{Front, GRACE, Node, StartError, open, process, serve::going_on, start_behind};
use crate::{
    config::{Config, Folder, LogLevel},
    delivery::inbound::InboundError,
    founding::{self, Draft, InitError, InitRequest, Ways},
    observe,
    service::{Actor, Service},
    view::Problem,
    web::{self, Boxed, Drawn, Founder, Last, NotMade, SetUp, WebLimits},
    world::World,
};

/// After so long without a click everything that was answered is forgotten.
const IDLE: Duration = Duration::from_mins(30);

/// What is known before anything is asked in the browser.
#[derive(Clone, Debug)]
pub struct SettingUp {
    /// The node's folder; must not exist, or be empty.
    pub dir: PathBuf,
    /// Where the node will listen for peers.
    pub listen: SocketAddr,
    /// Where the set-up is served, on this computer only, and later the screens.
    pub screens: SocketAddr,
    /// How costly one try of the passphrase is. Measured before anybody waits for a page.
    pub cost: KdfParams,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Stopped before an agency was made: the folder is as it was.
    NothingMade,
    /// Nobody went on: the same.
    Idle,
    /// The agency was made, its node ran, and was stopped.
    Ran,
}

/// Serves the set-up, and then the node, until SIGTERM or SIGINT. `link` is told where it begins, `ready` when the node
/// listens, and again after it was locked by command.
///
/// # Errors
/// [`StartError`]: the ports are taken, or the agency is made and its node does not start.
pub fn set_up(
    ask: &SettingUp,
    link: impl FnOnce(&str),
    ready: impl Fn(&Node<Service>, bool),
) -> Result<End, StartError> {
    // An error only says that this process logs already.
    let _ = observe::begin(LogLevel::default());
    observe::hide_panic_messages();
    process::keep_memory_private();
    process::run(async { setting_up(ask, IDLE, process::stop_signal()?, link, ready).await })
}

async fn setting_up(
    ask: &SettingUp,
    idle: Duration,
    stopped: impl Future<Output = &'static str>,
    link: impl FnOnce(&str),
    ready: impl Fn(&Node<Service>, bool),
) -> Result<End, StartError> {
    let mut stopped = pin!(stopped);
    port_is_free(ask.listen)?;
    let (front, (started, mut outcome)) = (web::Front::default(), oneshot::channel());
    let founder = Maker {
        ask: ask.clone(),
        world: World::system(),
        front: front.clone(),
        started: Arc::new(Mutex::new(Some(started))),
    };
    let set_up = Arc::new(SetUp::new(founder, &mut World::system().entropy()));
    // As the new node's own settings will say.
    let connections = Config::default().web.connections_at_once.to_usize();
    let limits = WebLimits { address: ask.screens, tls: None, names: Vec::new(), connections };
    let screens = web::serve(&limits, |_| web::set_up(Arc::clone(&set_up), front), None)?;
    link(&format!("{}{}", by_name(&screens.url()).trim_end_matches('/'), *set_up.link()));
    let end = tokio::select! {
        made = &mut outcome => Ok(made),
        _ = &mut stopped => Err(End::NothingMade),
        () = set_up.idle(idle) => Err(End::Idle),
    };
    let end = match end {
        Ok(Ok(Ok(mut node))) => {
            node.take(screens);
            ready(&node, false);
            going_on(&Folder::new(&ask.dir), node, stopped, open, ready).await?;
            return Ok(End::Ran);
        }
        Ok(Ok(Err(error))) => {
            // The page that says so is sent first.
            screens.stop(GRACE).await;
            return Err(error);
        }
        Ok(Err(_)) => End::NothingMade,
        Err(end) => end,
    };
    // What is being made is made to its end, and told as it is.
    let _closed = set_up.close().await;
    let made = outcome.try_recv();
    screens.stop(Duration::ZERO).await;
    match made {
        Ok(Ok(node)) => {
            node.stop().await;
            Ok(End::Ran)
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(end),
    }
}

/// A port that is taken is found before anybody answers questions, not after.
fn port_is_free(listen: SocketAddr) -> Result<(), StartError> {
    match TcpListener::bind(listen) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(InboundError::InUse(listen).into()),
        Err(source) => Err(InboundError::Listen { address: listen, source }.into()),
    }
}

/// Browsers allow passkeys at a name only, and this computer's own needs no certificate.
fn by_name(url: &str) -> String {
    url.replacen("//127.0.0.1:", "//localhost:", 1)
}

/// Told once: the node that runs, or why it does not.
type Started = Arc<Mutex<Option<oneshot::Sender<Result<Node<Service>, StartError>>>>>;

/// Draws keys, and hands on what making needs.
struct Maker {
    ask: SettingUp,
    world: World,
    front: web::Front,
    started: Started,
}

impl Founder for Maker {
    fn takes(&self, passphrase: &str) -> bool {
        founding::check_passphrase(passphrase).is_ok()
    }

    fn draw(&self, agency: &web::Agency) -> Boxed<'_, Result<Arc<dyn Drawn>, Problem>> {
        let (ask, world, agency) = (self.ask.clone(), self.world.clone(), agency.clone());
        Box::pin(async move {
            let drawn = tokio::task::spawn_blocking(move || {
                Draft::draw(
                    InitRequest {
                        dir: ask.dir,
                        kit: None,
                        guardians: None,
                        name: agency.name,
                        country: agency.country,
                        policy: founding::first_policy(agency.kind),
                        network: agency.network,
                        listen: ask.listen,
                        public: agency.public,
                        kdf: ask.cost,
                    },
                    &world,
                )
            });
            let draft = drawn.await.map_err(|_| internal())?.map_err(|error| problem(&error))?;
            Ok(Arc::new(Made {
                draft: Arc::new(draft),
                folder: Folder::new(&self.ask.dir),
                screens: self.ask.screens,
                world: self.world.clone(),
                front: self.front.clone(),
                started: Arc::clone(&self.started),
            }) as Arc<dyn Drawn>)
        })
    }
}

/// An agency that can be made, and then run.
struct Made {
    draft: Arc<Draft>,
    folder: Folder,
    screens: SocketAddr,
    world: World,
    front: web::Front,
    started: Started,
}

impl Drawn for Made {
    fn kit(&self) -> web::Kit {
        let founding::PrintedKit { agency, fingerprint, groups } = self.draft.printed_kit();
        web::Kit { agency, fingerprint, groups }
    }

    fn make(&self, last: Last) -> Boxed<'_, Result<String, NotMade>> {
        Box::pin(async move {
            let Last { passphrase, together, administrator } = last;
            let passphrase = Zeroizing::new(passphrase.as_bytes().to_vec());
            self.found(passphrase.clone(), together).await.map_err(NotMade::Nothing)?;
            tracing::info!("an agency is made");
            let node = start_behind(&self.folder, passphrase, World::system(), open, Front::Given).await;
            let node = match node {
                Ok(node) => node,
                Err(error) => {
                    let told = error.problem();
                    self.tell(Err(error));
                    return Err(NotMade::Node(told));
                }
            };
            let by = administrator.name.parse().ok();
            let uid = rustix::process::getuid().as_raw();
            let actor = Actor::Operator { uid, by, approved_by: None };
            let invited = match node.use_cases().await {
                Some(service) => service.invite(&actor, administrator).await.ok(),
                None => None,
            };
            self.front.lead_to(node.pages());
            self.tell(Ok(node));
            // Without an invitation the page asks for one, which `spean web open` prints.
            Ok(invited.map_or_else(|| "/join".to_owned(), |invitation| format!("/join/{}", invitation.token)))
        })
    }
}

impl Made {
    /// Makes the folder, on a thread that may block.
    async fn found(&self, passphrase: Zeroizing<Vec<u8>>, together: bool) -> Result<(), Problem> {
        let (draft, world) = (Arc::clone(&self.draft), self.world.clone());
        let ways = Ways { keys_and_cases_together: together, screens: Some(self.screens) };
        let made = tokio::task::spawn_blocking(move || draft.make(&passphrase, ways, &world));
        made.await.map_err(|_| internal())?.map_err(|error| problem(&error)).map(drop)
    }

    fn tell(&self, outcome: Result<Node<Service>, StartError>) {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Whoever waited is gone only if the process ends.
        let _ = started.map(|started| started.send(outcome));
    }
}

fn problem(error: &InitError) -> Problem {
    Problem { code: error.code().into(), status: 503, title: error.to_string(), hint: None, faults: Vec::new() }
}

fn internal() -> Problem {
    let title = "a fault of this program".to_owned();
    Problem { code: "internal".into(), status: 500, title, hint: None, faults: Vec::new() }
}

#[cfg(test)]
mod tests;
