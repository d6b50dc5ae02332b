//! Values of settings: each parsed once, within its limits ever after.

use std::{fmt, net::SocketAddr, str::FromStr, time::Duration};

use reqwest::Url;
use serde::{Deserialize, Serialize};

/// A whole number from `MIN` to `MAX`, both allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Within<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Within<MIN, MAX> {
    /// A default; call it in a `const` block, so that one outside the limits does not compile.
    #[must_use]
    pub const fn of(value: u64) -> Self {
        assert!(MIN <= value && value <= MAX, "a default lies within its own limits");
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number, for what counts in 32 bits; larger ones end there.
    #[must_use]
    pub fn to_u32(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }

    /// The number, for what counts in memory; larger ones end there.
    #[must_use]
    pub fn to_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// So many seconds.
    #[must_use]
    pub const fn seconds(self) -> Duration {
        Duration::from_secs(self.0)
    }

    /// So many mebibytes, in bytes.
    #[must_use]
    pub const fn mebibytes(self) -> u64 {
        self.0 << 20
    }
}

impl<const MIN: u64, const MAX: u64> TryFrom<u64> for Within<MIN, MAX> {
    type Error = String;

    fn try_from(value: u64) -> Result<Self, String> {
        if (MIN..=MAX).contains(&value) { Ok(Self(value)) } else { Err(format!("must be from {MIN} to {MAX}")) }
    }
}

impl<const MIN: u64, const MAX: u64> From<Within<MIN, MAX>> for u64 {
    fn from(value: Within<MIN, MAX>) -> Self {
        value.0
    }
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Bugs and broken things.
    Error,
    /// And what a person should look at.
    Warn,
    /// And what the node does.
    #[default]
    Info,
    /// And what it refuses.
    Debug,
}

/// A network's name: 1 to 40 lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NetworkName(String);

/// Not the name of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a network's name has 1 to 40 lower-case letters, digits and hyphens")]
pub struct NetworkNameError;

impl NetworkName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for NetworkName {
    fn default() -> Self {
        Self("spean".into())
    }
}

impl FromStr for NetworkName {
    type Err = NetworkNameError;

    fn from_str(text: &str) -> Result<Self, NetworkNameError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text.into())) } else { Err(NetworkNameError) }
    }
}

impl TryFrom<String> for NetworkName {
    type Error = NetworkNameError;

    fn try_from(text: String) -> Result<Self, NetworkNameError> {
        text.parse()
    }
}

impl From<NetworkName> for String {
    fn from(name: NetworkName) -> Self {
        name.0
    }
}

/// Where peers reach a node: `https://host:port`, at most 200 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(String);

/// Not an address that peers could call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address is of the form https://host:port, without user, query or `#`, at most 200 characters")]
pub struct PublicUrlError;

impl PublicUrl {
    /// What peers are told when nothing else is set: right on one machine and in one local network only.
    #[must_use]
    pub fn of_listen(listen: SocketAddr) -> Self {
        Self(format!("https://{listen}"))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let url = Url::parse(text).map_err(|_| PublicUrlError)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        let complete = url.scheme() == "https" && url.host().is_some() && url.fragment().is_none();
        let fits = text.len() <= 200 && text.bytes().all(|b| b.is_ascii_graphic());
        if plain && complete && fits { Ok(Self(text.trim_end_matches('/').into())) } else { Err(PublicUrlError) }
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = PublicUrlError;

    fn try_from(text: String) -> Result<Self, PublicUrlError> {
        text.parse()
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.0
    }
}
