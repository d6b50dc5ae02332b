//! The three agencies on one machine: folders, nodes, and the taps between them.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use keys::{AgencyId, NetworkId, PublicRecord, keyring::KdfParams};
use protocol::code::AgencyKind;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{
    DemoError,
    tap::{OpenTap, Recording, Tap, Tapped},
};
use crate::{
    api::client::{Method, Names, ask},
    config::{Config, Folder, NetworkName, PublicUrl},
    delivery::tls::TransportKey,
    founding::{InitRequest, first_policy, init},
    run,
    service::{PersonName, Service},
    world::World,
};

/// The passphrase of all three; the children of the story are invented.
pub const PASSPHRASE: &str = "five invented words for three";
/// How long the story waits for a packet to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);

/// One agency of the story.
pub struct Agency {
    /// How the story calls it.
    pub name: &'static str,
    /// Its id.
    pub id: AgencyId,
    /// Its node's folder.
    pub dir: PathBuf,
    /// Its worker, its supervisor, and who looks after its keys.
    staff: [PersonName; 3],
    tapped: Tapped,
    listen: SocketAddr,
    told: SocketAddr,
    /// Of its screens.
    url: String,
    node: Option<run::Node<Service>>,
}

/// What an agency is made with.
pub struct Part {
    /// How the story calls it.
    pub name: &'static str,
    /// Its kind.
    pub kind: AgencyKind,
    /// Its worker, its supervisor, and who looks after its keys; invented.
    pub staff: [&'static str; 3],
}

impl Agency {
    /// Makes the agency's folder under `stage`, as `spean init` does. Peers are told the tap's address; people find
    /// its screens under a name of its own, so that a browser keeps the three agencies' sign-ins apart.
    ///
    /// # Errors
    /// [`DemoError`].
    pub fn make(stage: &Path, part: &Part) -> Result<Self, DemoError> {
        let dir = stage.join(part.name.to_lowercase());
        let (listen, told) = (free_address()?, free_address()?);
        let network: NetworkName = "spean-demo".parse().map_err(|_| DemoError::Stage("the network's name"))?;
        let public: PublicUrl = format!("https://{told}").parse().map_err(|_| DemoError::Stage("an address"))?;
        let request = InitRequest {
            kit: Some(stage.join(format!("{}-recovery-kit.txt", part.name.to_lowercase()))),
            guardians: None,
            dir: dir.clone(),
            name: part.name.into(),
            country: "KH".into(),
            policy: first_policy(part.kind),
            network: network.clone(),
            listen,
            public: Some(public),
            kdf: KdfParams::LEAST,
        };
        init(&request, PASSPHRASE.as_bytes(), &World::system())?;
        let folder = Folder::new(&dir);
        let url = open_screens(&folder, &part.name.to_lowercase())?;
        let key = Arc::new(TransportKey::load(&folder.transport_key())?);
        let bytes = std::fs::read(folder.public_record())?;
        let record = PublicRecord::from_bytes(&bytes)?.verify(NetworkId::from_name(network.as_str()))?;
        let staff = |name: &str| name.parse::<PersonName>().map_err(|_| DemoError::Stage("a person's name"));
        let tapped = Tapped { id: record.id(), pin: key.pin(), key };
        let staff = [staff(part.staff[0])?, staff(part.staff[1])?, staff(part.staff[2])?];
        Ok(Self { name: part.name, id: record.id(), dir, staff, tapped, listen, told, url, node: None })
    }

    /// Starts its node.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn start(&mut self) -> Result<(), DemoError> {
        let passphrase = Zeroizing::new(PASSPHRASE.as_bytes().to_vec());
        self.node = Some(run::start(&Folder::new(&self.dir), passphrase, World::system(), run::open).await?);
        Ok(())
    }

    /// Stops its node.
    pub async fn stop(&mut self) {
        if let Some(node) = self.node.take() {
            node.stop().await;
        }
    }

    /// Its use cases, for what the local interface can't ask: signing in is the screens' own.
    ///
    /// # Errors
    /// [`DemoError::Stage`] while the node does not run.
    pub async fn use_cases(&self) -> Result<Arc<Service>, DemoError> {
        let node = self.node.as_ref().ok_or(DemoError::Stage("a node that runs"))?;
        node.use_cases().await.ok_or(DemoError::Stage("an open node"))
    }

    /// Names of its worker, its supervisor, and who looks after its keys.
    pub fn staff(&self) -> impl Iterator<Item = &str> {
        self.staff.iter().map(PersonName::as_str)
    }

    /// Where people find its screens; ends with `/`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens the tap before its node.
    ///
    /// # Errors
    /// [`DemoError`] if the port was taken meanwhile.
    pub fn tap(&self, callers: &[&Self], recording: &Recording) -> Result<OpenTap, DemoError> {
        let callers: Vec<Tapped> = callers.iter().map(|agency| agency.tapped.clone()).collect();
        Ok(Tap::open(self.told, self.tapped.clone(), self.listen, &callers, recording.clone())?)
    }

    /// Reads from its node, over the socket, as the worker.
    ///
    /// # Errors
    /// [`DemoError::Refused`] with the node's own problem.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, DemoError> {
        self.ask(Method::Get, path, None).await
    }

    /// Asks its node to act, as the worker, approved by the supervisor.
    ///
    /// # Errors
    /// As [`Agency::get`].
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: impl Serialize) -> Result<T, DemoError> {
        let body = serde_json::to_value(body).map_err(|_| DemoError::Stage("a request"))?;
        self.ask(Method::Post, path, Some(&body)).await
    }

    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>) -> Result<T, DemoError> {
        let node = self.node.as_ref().ok_or(DemoError::Stage("a node that runs"))?;
        let names = Names { by: Some(&self.staff[0]), approved_by: Some(&self.staff[1]) };
        let answer =
            ask(node.socket(), names, method, path, body).await.map_err(|p| DemoError::Refused(Box::new(p)))?;
        serde_json::from_value(answer).map_err(|_| DemoError::Stage("an answer"))
    }

    /// Reads from its node until `there` says that what was waited for is there.
    ///
    /// # Errors
    /// [`DemoError::Waited`] after half a minute.
    pub async fn until<T: DeserializeOwned>(
        &self,
        path: &str,
        what: &'static str,
        there: impl Fn(&T) -> bool,
    ) -> Result<T, DemoError> {
        let begun = std::time::Instant::now();
        loop {
            match self.get::<T>(path).await {
                Ok(answer) if there(&answer) => return Ok(answer),
                Err(DemoError::Refused(problem)) if problem.code != "id/not-found" => {
                    return Err(DemoError::Refused(problem));
                }
                Ok(_) | Err(_) if begun.elapsed() > PATIENCE => return Err(DemoError::Waited(what)),
                Ok(_) | Err(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }
}

/// Opens the screens in the settings of a new node: at a free port, as `<name>.localhost`, which browsers look for on
/// this machine only. The address.
fn open_screens(folder: &Folder, name: &str) -> Result<String, DemoError> {
    let (address, host) = (free_address()?, format!("{name}.localhost"));
    let ours = [
        ("open = false", "open = true".to_owned()),
        ("address = ", format!("address = \"{address}\"")),
        ("names = ", format!("names = [\"{host}\"]")),
    ];
    let mut lines = Vec::new();
    for line in std::fs::read_to_string(folder.config())?.lines() {
        let own = ours.iter().find(|(begin, _)| line.starts_with(begin));
        lines.push(own.map_or_else(|| line.to_owned(), |(_, own)| own.clone()));
    }
    std::fs::write(folder.config(), lines.join("\n") + "\n")?;
    let web = Config::load(&folder.config()).map_err(|_| DemoError::Stage("the settings"))?.web;
    if !web.open || web.address != address || web.names != [host.clone()] {
        return Err(DemoError::Stage("the settings of the screens"));
    }
    Ok(format!("http://{host}:{}/", address.port()))
}

/// An address of this machine that nothing listens on just now.
fn free_address() -> Result<SocketAddr, DemoError> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
