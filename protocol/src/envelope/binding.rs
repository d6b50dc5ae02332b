//! What sealing binds beside the content: for whom, to which key, in which exchange.

use keys::{
    AgencyId, Digest, NetworkId, cbor,
    label::{self, Label},
    sealing::{Kid, SUITE},
};
use minicbor::Encode;

use crate::{
    exchange::ExchangeId,
    packet::{Class, Header},
};

/// The `info` of HPKE.
const HPKE: Label = Label::new("spean/hpke/1");

/// What class 1 binds beyond class 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introduced {
    /// The exchange that the key was made for.
    pub exchange: ExchangeId,
    /// Who seals: the agency that the key was given to.
    pub sender: AgencyId,
    /// Hash of the packet whose header brought the key.
    pub by: Digest,
}

/// For whom and to which use of a key something is sealed. Opening with another binding fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The network.
    pub network: NetworkId,
    /// For whom.
    pub recipient: AgencyId,
    /// Class 1: the exchange. Class 0 (a published sealing key): nothing.
    pub introduced: Option<Introduced>,
}

/// The CBOR map under `info`; the integer keys are in `docs/protocol.md` 3.7.
#[derive(Encode)]
#[cbor(map)]
struct Info {
    #[n(0)]
    suite: u16,
    #[n(1)]
    network: NetworkId,
    #[n(2)]
    recipient: AgencyId,
    #[n(3)]
    class: u8,
    #[n(4)]
    kid: Kid,
    #[n(5)]
    exchange: Option<ExchangeId>,
    #[n(6)]
    sender: Option<AgencyId>,
    #[n(7)]
    introduced: Option<Digest>,
}

impl Binding {
    /// The binding of a packet with this header; `introduced` is the hash of the packet that brought the key, for
    /// class 1. `None` if class and key do not fit together.
    #[must_use]
    pub fn for_packet(header: &Header, introduced: Option<Digest>) -> Option<Self> {
        let introduced = match (header.class()?, introduced) {
            (Class::Sealing, None) => None,
            (Class::Exchange, Some(by)) => Some(Introduced { exchange: header.exchange, sender: header.sender(), by }),
            (Class::Sealing, Some(_)) | (Class::Exchange, None) => return None,
        };
        Some(Self { network: header.common.network, recipient: header.recipient, introduced })
    }

    /// The class of packets that are sealed so.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self.introduced {
            None => Class::Sealing,
            Some(_) => Class::Exchange,
        }
    }

    /// The `info` for a key of this name.
    #[must_use]
    pub fn info(&self, kid: Kid) -> Vec<u8> {
        let map = Info {
            suite: SUITE,
            network: self.network,
            recipient: self.recipient,
            class: self.class().number(),
            kid,
            exchange: self.introduced.map(|introduced| introduced.exchange),
            sender: self.introduced.map(|introduced| introduced.sender),
            introduced: self.introduced.map(|introduced| introduced.by),
        };
        label::pae(HPKE, &cbor::encode(&map))
    }
}
