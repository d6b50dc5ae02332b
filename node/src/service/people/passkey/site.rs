//! For which address passkeys are. A passkey belongs to a name (the relying party's id of `WebAuthn`): browsers use it at
//! that name and nowhere else, and at no number.

use std::{net::IpAddr, time::Duration};

use webauthn_rs::{Webauthn, WebauthnBuilder, prelude::Url};

use super::ANSWER_WITHIN;

/// This computer itself, as browsers call it.
const HERE: &str = "localhost";

/// The one name and the origins that passkeys work for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    name: String,
    /// The first is the one that people are led to.
    origins: Vec<Url>,
}

impl Site {
    /// From the settings of the screens. Over TLS it is the first of `names` that is none of an address; what others
    /// forward from the usual port counts too. Without TLS browsers allow passkeys on this computer only: at the first
    /// of `names` that ends in `localhost`, else at `localhost` itself. `None`: there is no such name.
    #[must_use]
    pub fn of(names: &[String], port: u16, secure: bool) -> Option<Self> {
        let name = |name: &&String| name.parse::<IpAddr>().is_err() && (secure || is_here(name));
        let found = names.iter().find(name).map(|name| name.to_ascii_lowercase());
        let name = found.or_else(|| (!secure).then(|| HERE.to_owned()))?;
        let scheme = if secure { "https" } else { "http" };
        let mut origins = vec![Url::parse(&format!("{scheme}://{name}:{port}")).ok()?];
        if secure && port != 443 {
            origins.push(Url::parse(&format!("{scheme}://{name}")).ok()?);
        }
        // What is no name for a browser either is read as another one, or not at all.
        origins.iter().all(|origin| origin.domain() == Some(&name)).then_some(Self { name, origins })
    }

    /// Where people find it.
    #[must_use]
    pub fn url(&self) -> &str {
        self.origins.first().map_or("", Url::as_str)
    }

    /// Whether a page that was asked for at this host (with its port, as browsers send it) can use passkeys.
    #[must_use]
    pub fn is_at(&self, host: &str) -> bool {
        let same = |origin: &Url| {
            let port = origin.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}{port}", self.name).eq_ignore_ascii_case(host)
        };
        self.origins.iter().any(same)
    }

    /// What checks the answers of devices. The port counts: another program of this computer has the same name.
    pub(super) fn checks(&self, agency: &str) -> Option<Webauthn> {
        let (first, others) = self.origins.split_first()?;
        let builder = WebauthnBuilder::new(&self.name, first).ok()?;
        let builder = others.iter().fold(builder, WebauthnBuilder::append_allowed_origin);
        builder.rp_name(agency).timeout(Duration::from_secs(ANSWER_WITHIN)).build().ok()
    }
}

/// Names that never leave this computer (RFC 6761, section 6.3).
fn is_here(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == HERE || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(names: &[&str], port: u16, secure: bool) -> Option<Site> {
        Site::of(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), port, secure)
    }

    #[test]
    fn passkeys_are_for_a_name_over_tls_and_for_this_computer_without() {
        let url = |names: &[&str], port, secure| site(names, port, secure).map(|site| site.url().to_owned());
        assert_eq!(url(&["spean.dt.example"], 443, true).as_deref(), Some("https://spean.dt.example/"));
        assert_eq!(
            url(&["192.0.2.7", "Spean.DT.example"], 7443, true).as_deref(),
            Some("https://spean.dt.example:7443/")
        );
        assert_eq!(url(&[], 443, true), None);
        assert_eq!(url(&["192.0.2.7", "2001:db8::1"], 443, true), None);
        assert_eq!(url(&["no name/at all"], 443, true), None);
        assert_eq!(url(&[], 7080, false).as_deref(), Some("http://localhost:7080/"));
        assert_eq!(
            url(&["spean.dt.example", "dt.localhost"], 7080, false).as_deref(),
            Some("http://dt.localhost:7080/")
        );
        assert_eq!(url(&["evil-localhost"], 7080, false).as_deref(), Some("http://localhost:7080/"));
    }

    #[test]
    fn only_its_own_name_and_port_are_the_site() {
        let here = site(&[], 7080, false).unwrap();
        assert!(here.is_at("localhost:7080") && here.is_at("LOCALHOST:7080"));
        for elsewhere in ["127.0.0.1:7080", "localhost", "localhost:7081", "dt.localhost:7080", "[::1]:7080", ""] {
            assert!(!here.is_at(elsewhere), "{elsewhere}");
        }
        let named = site(&["spean.dt.example"], 7443, true).unwrap();
        assert!(named.is_at("spean.dt.example:7443") && named.is_at("spean.dt.example"));
        assert!(!named.is_at("spean.dt.example:8443") && !named.is_at("dt.example"));
        assert!(named.checks("DT").is_some());
    }
}
