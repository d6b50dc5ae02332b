//! The node's folder and its settings, `config.toml`.
//!
//! Owns names, defaults and limits of settings, and errors that name key and line. Knows nothing of what the settings
//! are for: `run` hands them out. [`EXAMPLE`] documents each; a test keeps it true.

mod error;
mod folder;
#[cfg(test)]
mod tests;
mod value;

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

pub use error::ConfigError;
pub use folder::Folder;
pub use value::{LogLevel, NetworkName, NetworkNameError, PublicUrl, PublicUrlError, Within};

/// Each setting, its default, and why one would change it. `init` writes it with the agency's own first three.
pub const EXAMPLE: &str = include_str!("example.toml");

/// A longer file is not this one.
const MAX_FILE: u64 = 64 << 10;

/// All settings of a node, each within its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The network's name.
    pub network: NetworkName,
    /// Where the node listens for peers.
    pub listen: SocketAddr,
    /// Where peers find it; see [`Config::public_url`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<PublicUrl>,
    /// The local interface's socket; see [`Config::socket_in`].
    pub socket: PathBuf,
    /// What is logged.
    pub log: Log,
    /// Limits of the peer port.
    pub peer_port: PeerPort,
    /// What a peer may make this node keep.
    pub quotas: Quotas,
    /// How packets are sent.
    pub delivery: Delivery,
    /// Room on the disk.
    pub disk: Disk,
    /// Backups.
    pub backup: Backup,
    /// The agency's own people.
    pub people: People,
    /// When the node locks itself.
    pub lock: Lock,
    /// The screens.
    pub web: Web,
}

/// What a new agency's settings say otherwise than [`EXAMPLE`].
#[derive(Clone, Copy, Debug)]
pub struct First<'a> {
    /// The network's name.
    pub network: &'a NetworkName,
    /// Where the node listens for peers.
    pub listen: SocketAddr,
    /// The address that peers are told; without it, from `listen`.
    pub public: Option<&'a PublicUrl>,
    /// One person may look after keys and work with cases.
    pub keys_and_cases_together: bool,
    /// Where people work in a browser, if they do.
    pub screens: Option<SocketAddr>,
}

/// `[log]`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How much.
    pub level: LogLevel,
}

/// `[peer_port]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeerPort {
    /// Of one peer, a second.
    pub requests_per_s: Within<1, 100_000>,
    /// Of one peer, at once.
    pub requests_burst: Within<1, 1_000_000>,
    /// Of one peer.
    pub connections_per_peer: Within<1, 100>,
    /// Strangers' included.
    pub handshakes_at_once: Within<1, 10_000>,
    /// Each up to 1 MiB.
    pub envelopes_at_once: Within<1, 4_096>,
    /// Seconds.
    pub handshake_timeout_s: Within<1, 120>,
    /// Seconds.
    pub body_timeout_s: Within<1, 600>,
}

/// `[quotas]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// Offers that wait for our answer.
    pub unanswered_offers_per_peer: Within<1, 100_000>,
    /// Packets kept in a day.
    pub packets_per_day_per_peer: Within<1, 1_000_000_000>,
}

/// `[delivery]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// In parallel.
    pub exchanges_at_once: Within<1, 1_000>,
    /// Seconds.
    pub first_retry_s: Within<1, 3_600>,
    /// Seconds.
    pub longest_retry_s: Within<1, 86_400>,
    /// Seconds.
    pub connect_timeout_s: Within<1, 300>,
    /// Seconds.
    pub answer_timeout_s: Within<1, 600>,
}

/// `[disk]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Disk {
    /// Mebibytes.
    pub free_space_mark_mib: Within<64, 1_048_576>,
    /// Mebibytes.
    pub ballast_mib: Within<16, 65_536>,
}

/// `[backup]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backup {
    /// Days.
    pub kept_days: Within<1, 3_650>,
}

/// `[people]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct People {
    /// One person may look after keys and work with cases.
    pub keys_and_cases_together: bool,
    /// Of two key administrators none decides alone.
    pub two_persons: bool,
}

/// `[lock]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lock {
    /// Minutes without anybody after which the node locks itself; 0 for never. See [`Lock::after`].
    pub idle_minutes: Within<0, 10_080>,
    /// The file, or the credential, that the node opens itself with; empty for none. See [`Lock::opened_by`].
    pub unlock_with: String,
}

/// `[web]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Web {
    /// Whether the screens are served at all.
    pub open: bool,
    /// Where.
    pub address: SocketAddr,
    /// PEM; empty for none. See [`Web::tls_files`].
    pub certificate: PathBuf,
    /// PEM; empty for none.
    pub private_key: PathBuf,
    /// Host names by which browsers may call.
    pub names: Vec<String>,
    /// Browsers' connections at one time.
    pub connections_at_once: Within<8, 10_000>,
    /// Whether programs with a token are served there too.
    pub api: bool,
    /// Of one token, a second.
    pub api_requests_per_s: Within<1, 10_000>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            network: NetworkName::default(),
            listen: SocketAddr::from(([0, 0, 0, 0], 7001)),
            public: None,
            socket: "node.sock".into(),
            log: Log::default(),
            peer_port: PeerPort::default(),
            quotas: Quotas::default(),
            delivery: Delivery::default(),
            disk: Disk::default(),
            backup: Backup::default(),
            people: People::default(),
            lock: Lock::default(),
            web: Web::default(),
        }
    }
}

impl Default for Backup {
    fn default() -> Self {
        Self { kept_days: const { Within::of(35) } }
    }
}

impl Default for People {
    fn default() -> Self {
        Self { keys_and_cases_together: false, two_persons: true }
    }
}

impl Default for Lock {
    fn default() -> Self {
        Self { idle_minutes: const { Within::of(0) }, unlock_with: String::new() }
    }
}

impl Lock {
    /// How long nobody need be there for the node to lock itself; none if it never does.
    #[must_use]
    pub fn after(&self) -> Option<Duration> {
        let minutes = self.idle_minutes.get();
        (minutes > 0).then(|| Duration::from_secs(minutes * 60))
    }

    /// Where the secret lies that the node opens itself with; `credentials` is where the service manager puts its own. A
    /// credential that was not given is looked for where it would be, so that the error names it.
    #[must_use]
    pub fn opened_by(&self, credentials: Option<&Path>) -> Option<PathBuf> {
        match self.unlock_with.strip_prefix("credential:") {
            Some(name) => Some(credentials.unwrap_or(Path::new("/run/credentials")).join(name)),
            None => (!self.unlock_with.is_empty()).then(|| PathBuf::from(&self.unlock_with)),
        }
    }
}

impl Default for PeerPort {
    fn default() -> Self {
        Self {
            requests_per_s: const { Within::of(50) },
            requests_burst: const { Within::of(500) },
            connections_per_peer: const { Within::of(4) },
            handshakes_at_once: const { Within::of(64) },
            envelopes_at_once: const { Within::of(64) },
            handshake_timeout_s: const { Within::of(5) },
            body_timeout_s: const { Within::of(20) },
        }
    }
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            unanswered_offers_per_peer: const { Within::of(64) },
            packets_per_day_per_peer: const { Within::of(2_000) },
        }
    }
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            exchanges_at_once: const { Within::of(64) },
            first_retry_s: const { Within::of(1) },
            longest_retry_s: const { Within::of(900) },
            connect_timeout_s: const { Within::of(10) },
            answer_timeout_s: const { Within::of(30) },
        }
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self { free_space_mark_mib: const { Within::of(256) }, ballast_mib: const { Within::of(64) } }
    }
}

impl Default for Web {
    fn default() -> Self {
        Self {
            open: false,
            address: SocketAddr::from(([127, 0, 0, 1], 7080)),
            certificate: PathBuf::new(),
            private_key: PathBuf::new(),
            names: Vec::new(),
            connections_at_once: const { Within::of(512) },
            api: false,
            api_requests_per_s: const { Within::of(20) },
        }
    }
}

impl Web {
    /// Certificate and private key, relative to the node's `folder`; none if neither is set. One without the other
    /// is given as it stands: opening the empty one says what is missing.
    #[must_use]
    pub fn tls_files(&self, folder: &Path) -> Option<(PathBuf, PathBuf)> {
        let none = self.certificate.as_os_str().is_empty() && self.private_key.as_os_str().is_empty();
        (!none).then(|| (folder.join(&self.certificate), folder.join(&self.private_key)))
    }
}

impl Config {
    /// Reads `path`.
    ///
    /// # Errors
    /// If it is missing, unreadable, or a setting is unknown or out of its limits; then key and line are named.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => ConfigError::Missing(path.into()),
            _ => ConfigError::Io { path: path.into(), source },
        };
        if fs::metadata(path).map_err(failed)?.len() > MAX_FILE {
            return Err(ConfigError::NotThis(path.into()));
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        Self::parse(&text).map_err(|at| at.in_file(path))
    }

    /// Parses the text of a settings file.
    ///
    /// # Errors
    /// The first setting at fault.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::of_toml(text, &error))
    }

    /// The text of a new node's `config.toml`: [`EXAMPLE`] with these settings.
    #[must_use]
    pub fn first(first: &First<'_>) -> String {
        let text = |text: &str| Some(toml::Value::String(text.to_owned()));
        let public = first.public.cloned().unwrap_or_else(|| PublicUrl::of_listen(first.listen));
        let ours = [
            ("network = ", text(first.network.as_str())),
            ("listen = ", text(&first.listen.to_string())),
            ("public = ", text(public.as_str())),
            ("keys_and_cases_together = ", Some(toml::Value::Boolean(first.keys_and_cases_together))),
            ("open = ", Some(toml::Value::Boolean(first.screens.is_some()))),
            ("address = ", first.screens.and_then(|address| text(&address.to_string()))),
        ];
        let line = |line: &str| match ours.iter().find(|(key, _)| line.starts_with(key)) {
            Some((key, Some(value))) => format!("{key}{value}\n"),
            Some((_, None)) | None => format!("{line}\n"),
        };
        EXAMPLE.lines().map(line).collect()
    }

    /// The address that peers are told.
    #[must_use]
    pub fn public_url(&self) -> PublicUrl {
        self.public.clone().unwrap_or_else(|| PublicUrl::of_listen(self.listen))
    }

    /// The socket's path for a node in `folder`.
    #[must_use]
    pub fn socket_in(&self, folder: &Path) -> PathBuf {
        folder.join(&self.socket)
    }
}
