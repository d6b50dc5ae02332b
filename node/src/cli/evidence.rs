//! `spean peer evidence` and `spean peer check`: an agency that said two things about its keys.

use std::{fs::OpenOptions, io::Write as _, path::Path};

use keys::{Fingerprint, ForkProof, NetworkId};
use serde_json::json;

use super::{
    Context, input,
    node::segment,
    output::{Page, Show, when},
    problem,
};
use crate::{
    config::NetworkName,
    service::told,
    view::{EvidenceList, EvidenceView, Problem, ProofView},
};

/// A proof holds two records and is far shorter, in bytes.
const PROOF_LIMIT: u64 = keys::fork::MAX_PROOF_CHARS as u64;

/// Lists what is kept, or writes the newest proof into a file.
pub fn list(context: &Context, peer: &str, out: Option<&Path>) -> Result<(), Problem> {
    let list: EvidenceList = context.get(&format!("peers/{}/evidence", segment(peer)))?;
    let Some(out) = out else { return context.out().answer(&list) };
    let proof = list.evidence.iter().find_map(|piece| piece.proof.as_deref()).ok_or_else(|| {
        problem("id/not-found", format!("there is no proof that {} said two things", list.name))
            .hint("see what is kept: `spean peer evidence PEER`")
    })?;
    write_new(out, proof).map_err(|why| {
        problem("file/unwritable", format!("`{}` cannot be written: {why}", out.display()))
            .hint("choose a file that is not there yet, in a folder that you may write to")
    })?;
    let sentence = format!(
        "The proof is in `{}`. Whoever gets it checks it with: spean peer check {}",
        out.display(),
        out.display()
    );
    context.out().told(&json!({ "file": out, "agency": list.id }), &sentence)
}

pub(super) fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Checks a proof, without a node.
pub fn check(context: &Context, file: &Path, network: &NetworkName) -> Result<(), Problem> {
    let text = input::read_text(file, PROOF_LIMIT)?;
    let network = NetworkId::from_name(network.as_str());
    let fork = ForkProof::parse(&text).and_then(|proof| proof.verify(network)).map_err(|why| {
        problem("peer/bad-proof", format!("this proves nothing: {why}"))
            .hint("take the file as it was sent; for another network than `spean`, add `--network NAME`")
    })?;
    let (kind, place, statement) = told(&fork);
    context.out().answer(&ProofView {
        id: fork.agency().to_string(),
        name: fork.name().to_owned(),
        fingerprint: Fingerprint::of(fork.agency()).to_string(),
        kind: kind.to_owned(),
        place,
        statement,
    })
}

/// What was said twice, in one sentence.
fn sentence(kind: &str, place: u64, statement: Option<&str>, count: usize) -> String {
    match kind {
        "entries" => format!("Its key log goes on in two ways from entry {place} on."),
        "statements" => {
            format!("It signed two different statements of {} under number {place}.", statement.unwrap_or("one kind"))
        }
        _ => format!("Its root replaced {count} of its key log's entries, from entry {place} on: they are void."),
    }
}

impl Show for EvidenceList {
    fn show(&self, page: &mut Page) {
        if self.evidence.is_empty() {
            page.say(&format!("{} never said two things here.", self.name));
            return;
        }
        page.say(&self.name);
        for piece in &self.evidence {
            piece.show(page);
        }
    }
}

impl Show for EvidenceView {
    fn show(&self, page: &mut Page) {
        page.gap().say(&sentence(&self.kind, self.place, self.statement.as_deref(), self.count));
        let proof = match (&self.proof, self.settled) {
            (None, _) => "kept here, needs none",
            (Some(_), true) => "kept; its later key log settles it",
            (Some(_), false) => "kept; write it with --out FILE",
        };
        page.pairs(2, &[("heard", when::moment(self.heard)), ("proof", proof.to_owned())]);
    }
}

impl Show for ProofView {
    fn show(&self, page: &mut Page) {
        page.say(&format!("{} contradicts itself: this is proved.", self.name)).gap();
        page.say(&sentence(&self.kind, self.place, self.statement.as_deref(), 2)).gap();
        page.pairs(2, &[("digits", self.fingerprint.clone()), ("id", self.id.clone())]).gap();
        page.say(
            "It does not say who did it: the agency, or a thief of its keys. Telephone it, and suspend it meanwhile.",
        );
    }
}
