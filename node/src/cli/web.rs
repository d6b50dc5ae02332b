//! `spean web`: where people work in a browser, and how the first of them gets in.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use clap::{Args, Subcommand};
use keys::Timestamp;
use serde::Serialize;

use super::{
    Context,
    machine::passphrase_cost,
    output::{Page, Show, when},
    problem, set_up,
};
use crate::{
    config::{Config, Folder, Web as Settings},
    run::SettingUp,
    service::people::Role,
    view::{Invitation, InviteRequest, PersonList, Problem},
};

/// How long the people's port may take to answer on this computer.
const KNOCK: Duration = Duration::from_secs(2);

/// Says where people work in a browser, and lets the first administrator in
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  spean web open --name \"Chan Sophea\" --by Sophea")]
pub struct Web {
    #[command(subcommand)]
    command: WebCommand,
}

#[derive(Debug, Subcommand)]
enum WebCommand {
    /// Prints the address, and the way in; where there is no agency yet, a browser makes one
    #[command(after_help = "\
In a folder without an agency it prints a link that works once: the browser on this computer that opens it asks all
that is needed, in six steps, in Khmer or English, and makes the agency with the last one. Until then nothing is made;
after half an hour without a click it ends. The program then goes on as the agency's node.

Of an agency's running node it prints the address, and until an administrator has enrolled a link that lets the first
one in. The screens must be served: `open = true` under `[web]` in config.toml. The link is good for a day, once, and
is shown once; asked for again for the same person, the earlier one is void. Whoever has it becomes this agency's key
administrator: open it yourself, or hand it over in person. All others are invited with `spean user invite`.

Examples:
  spean --dir cmo web open
  spean web open --name \"Chan Sophea\" --sign-in sophea --by Sophea")]
    Open {
        /// As the administrator is called, in any script
        #[arg(long, value_name = "NAME", default_value = "Administrator")]
        name: String,
        /// What the administrator signs in with
        #[arg(long, value_name = "NAME", default_value = "admin")]
        sign_in: String,
        /// Of a new agency: where its node listens for other agencies
        #[arg(long, value_name = "ADDR:PORT", default_value = "0.0.0.0:7001")]
        listen: SocketAddr,
        /// Of a new agency: where people work in a browser, on this computer
        #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:7080")]
        address: SocketAddr,
    },
}

/// Where the screens are, and the way in.
#[derive(Serialize)]
struct Opened {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// The link is good until just before.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<Timestamp>,
}

impl Web {
    /// Prints it.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let WebCommand::Open { name, sign_in, listen, address: screens } = self.command;
        let dir = context.dir()?;
        if !Folder::new(dir).config().exists() {
            return set_up::run(context, SettingUp { dir: dir.into(), listen, screens, cost: passphrase_cost() });
        }
        let folder = Folder::new(context.node_dir()?);
        let settings = Config::load(&folder.config()).map_err(|error| problem("node/settings", error.to_string()))?.web;
        let people: PersonList = context.get("people")?;
        let address = address(&settings, &folder)?;
        let administrator = Role::KeyAdministrator.code();
        let enrolled = |state: &str| state == "enrolled";
        if people.people.iter().any(|p| enrolled(&p.state) && p.roles.iter().any(|role| role == administrator)) {
            return context.out().answer(&Opened { address, link: None, ends: None });
        }
        let ask = InviteRequest { name, sign_in, roles: vec![administrator.to_owned()] };
        let invitation: Invitation = context.post("people", &ask)?;
        let (link, ends) = (Some(format!("{address}join/{}", invitation.token)), Some(invitation.ends));
        context.out().answer(&Opened { address, link, ends })
    }
}

/// The address for a browser, if somebody answers there.
fn address(settings: &Settings, folder: &Folder) -> Result<String, Problem> {
    let told = |title: &str| {
        problem("web/not-open", title).hint("set `open = true` under `[web]` in config.toml, and start the node again")
    };
    if !settings.open {
        return Err(told("this node serves no screens"));
    }
    let here = on_this_computer(settings.address);
    TcpStream::connect_timeout(&here, KNOCK).map_err(|_| told("nobody answers where the screens should be"))?;
    let secure = settings.tls_files(folder.path()).is_some();
    Ok(url(settings, here, secure))
}

/// Of a node that listens at all addresses, one that this computer can call.
fn on_this_computer(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// By the first name that browsers may call it, for the certificate is for that; else by its address.
fn url(settings: &Settings, address: SocketAddr, secure: bool) -> String {
    let (scheme, usual) = if secure { ("https", 443) } else { ("http", 80) };
    match (settings.names.first(), address.port()) {
        (Some(name), port) if port == usual => format!("{scheme}://{name}/"),
        (Some(name), port) => format!("{scheme}://{name}:{port}/"),
        (None, _) => format!("{scheme}://{address}/"),
    }
}

impl Show for Opened {
    fn show(&self, page: &mut Page) {
        page.say(&format!("People work in a browser at {}", self.address)).gap();
        match (&self.link, self.ends) {
            (Some(link), Some(ends)) => {
                page.say("The first administrator begins here:").gap().verbatim(&format!("  {link}")).gap();
                page.say(&format!(
                    "It is not shown again, and lets one person in, once, until {}.",
                    when::moment(ends)
                ));
            }
            _ => {
                page.say("An administrator has enrolled. Invite others: spean user invite --help");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_a_browser_on_this_computer_can_call() {
        let at = |address: &str, name: Option<&str>, secure| {
            let address: SocketAddr = address.parse().unwrap();
            let settings =
                Settings { address, names: name.map(str::to_owned).into_iter().collect(), ..Settings::default() };
            url(&settings, on_this_computer(address), secure)
        };
        assert_eq!(at("127.0.0.1:7080", None, false), "http://127.0.0.1:7080/");
        assert_eq!(at("0.0.0.0:443", None, true), "https://127.0.0.1:443/");
        assert_eq!(at("[::]:7443", None, true), "https://[::1]:7443/");
        assert_eq!(at("0.0.0.0:443", Some("spean.dt.example"), true), "https://spean.dt.example/");
        assert_eq!(at("127.0.0.1:7080", Some("cmo.localhost"), false), "http://cmo.localhost:7080/");
    }
}
