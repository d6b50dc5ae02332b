//! The fixed lists: codes of the domain, kinds of packet, refusals.

use std::fmt::Write;

use protocol::{
    code::{
        AgeBand, AgencyKind, Arrival, Assent, ConsentBasis, ConsentForm, DeclineReason, Explained, GivenBy, KeepReason,
        Language, Onward, Outcome, ProgressStatus, Purpose, ReturnReason, Service, ServiceType, Support, TriageSex,
        Urgency, WithdrawReason,
    },
    exchange::Refusal,
    packet::PacketKind,
};

/// A line for each code of one list: code, English, Khmer.
macro_rules! lists {
    ($($name:literal: $list:ident),+ $(,)?) => {{
        let mut out = String::new();
        $(
            write!(out, "**{}**\n\n| code | English | Khmer |\n| --- | --- | --- |\n", $name).unwrap();
            for item in $list::ALL {
                let khmer = item.label_km().unwrap_or("");
                writeln!(out, "| `{}` | {} | {khmer} |", item.code(), item.label_en()).unwrap();
            }
            out.push('\n');
        )+
        out
    }};
}

/// All lists of codes. A code without a Khmer label waits for a Khmer speaker.
pub fn tables() -> String {
    lists! {
        "Purpose": Purpose,
        "Agency kind": AgencyKind,
        "Service type": ServiceType,
        "Service": Service,
        "Urgency": Urgency,
        "Age band": AgeBand,
        "Sex in an offer": TriageSex,
        "Language": Language,
        "Arrival": Arrival,
        "Support": Support,
        "Reason of a decline": DeclineReason,
        "Reason of a withdrawal": WithdrawReason,
        "Reason of a return": ReturnReason,
        "Status of progress": ProgressStatus,
        "Outcome": Outcome,
        "Given by (home)": GivenBy,
        "Basis": ConsentBasis,
        "Assent": Assent,
        "Form of consent (home)": ConsentForm,
        "Explained (home)": Explained,
        "Onward": Onward,
        "Reason to keep uninformed": KeepReason,
    }
}

/// The kinds of packet with their numbers.
pub fn kinds() -> String {
    let mut out = String::from("| `type` | kind |\n| --- | --- |\n");
    for kind in PacketKind::ALL {
        writeln!(out, "| {} | {} |", kind.number(), kind.code()).unwrap();
    }
    out
}

/// The refusals that an acknowledgement may carry.
pub fn refusals() -> String {
    let mut out = String::from("| code | meaning |\n| --- | --- |\n");
    for refusal in Refusal::ALL {
        writeln!(out, "| `{}` | {refusal} |", refusal.code()).unwrap();
    }
    out
}
