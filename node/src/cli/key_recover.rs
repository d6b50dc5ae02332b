//! `spean key recover`: a new main key from the guardians, each of whom signs on a computer of their own.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use keys::{Fingerprint, NetworkId, SigningKey, guardian, guardian::RecoveryRequest};
use serde::Serialize;

use super::{
    Context,
    evidence::write_new,
    input,
    key_root::NextKit,
    kit,
    output::{Page, Show},
    problem,
};
use crate::{
    config::NetworkName,
    view::{AskRecovery, FinishRecovery, KeyChange, Problem, RecoveryAsked},
};

#[derive(Debug, Subcommand)]
pub enum Recover {
    /// Writes the next kit, and what each guardian is to sign
    #[command(after_help = "\
The request holds nothing secret: mail it, or carry it on a stick. Nothing changes before enough of them signed it.
Asked again, an earlier request is worth nothing.

Examples:
  spean --dir cmo key recover ask --kit cmo-kit-2.txt --out cmo-recovery.txt --by Sophea
  spean --dir cmo key recover ask --kit cmo-kit-2.txt --out cmo-recovery.txt --first 2")]
    Ask {
        /// Where the next kit is written, to be printed and deleted
        #[arg(long, value_name = "FILE")]
        kit: PathBuf,
        /// Where the request for the guardians is written
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The guardian who must be among those who sign, by the number on the page
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        first: u8,
    },
    /// As a guardian: signs what an agency asks, on a computer of one's own, without a node
    #[command(after_help = "\
First telephone the agency on a number that you know, ask whether it sent this, and compare the digits with those on
your page. Then sign, and send the file that is written back.

Examples:
  spean key recover sign cmo-recovery.txt --dry-run
  spean key recover sign cmo-recovery.txt --yes --out signature-1.txt
  spean key recover sign cmo-recovery.txt --yes --out signature-1.txt --secret-file cmo-guardian-1.txt")]
    Sign {
        /// The agency's request
        request: PathBuf,
        /// Where the signature is written
        #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
        out: Option<PathBuf>,
        /// Read the secret from this file, which may be the guardian's own page; `-` reads standard input
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
        /// The agency's network
        #[arg(long, default_value = "spean")]
        network: NetworkName,
        /// Only shows what would be signed
        #[arg(long, conflicts_with = "yes")]
        dry_run: bool,
        /// The agency was telephoned and the digits are the same: really sign
        #[arg(long, required_unless_present = "dry_run")]
        yes: bool,
    },
    /// Puts the new main key into force, with the guardians' signatures
    #[command(after_help = "\
Examples:
  spean --dir cmo key recover finish signature-1.txt signature-3.txt --yes --by Sophea")]
    Finish {
        /// The files that the guardians sent
        #[arg(required = true, num_args = 1..=16)]
        signatures: Vec<PathBuf>,
        /// It can't be undone: really do it
        #[arg(long, required = true)]
        yes: bool,
    },
}

impl Recover {
    /// Asks, signs or finishes.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self {
            Self::Ask { kit, out, first } => ask(context, &kit, out, first),
            Self::Sign { request, out, secret_file, network, .. } => {
                let request = read(&request, &network)?;
                match out {
                    None => context.out().answer(&Signing::of(&request)),
                    Some(out) => sign(context, &request, out, secret_file.as_deref()),
                }
            }
            Self::Finish { signatures, .. } => {
                let limit = guardian::MAX_SIGNATURE_CHARS as u64;
                let signatures =
                    signatures.iter().map(|file| input::read_text(file, limit)).collect::<Result<_, _>>()?;
                let done: KeyChange = context.post("keys/recovery/finish", &FinishRecovery { signatures })?;
                context.out().answer(&done)
            }
        }
    }
}

fn ask(context: &Context, kit: &Path, out: PathBuf, first: u8) -> Result<(), Problem> {
    let next = NextKit::write(context, kit)?;
    let ask = AskRecovery { next: next.commitment.clone(), first };
    let asked = context.post::<_, RecoveryAsked>("keys/recovery", &ask);
    let asked = next.settle(asked.and_then(|asked| written(&out, &asked.request).map(|()| asked)))?;
    context.out().answer(&Asked { file: out, asked })
}

fn read(file: &Path, network: &NetworkName) -> Result<RecoveryRequest, Problem> {
    let text = input::read_text(file, guardian::MAX_REQUEST_CHARS as u64)?;
    RecoveryRequest::parse(&text, NetworkId::from_name(network.as_str())).map_err(|why| {
        problem("key/bad-request", format!("this is no request that a guardian can sign: {why}"))
            .hint("take the file as it was sent; for another network than `spean`, add `--network NAME`")
    })
}

fn sign(context: &Context, request: &RecoveryRequest, out: PathBuf, secret_file: Option<&Path>) -> Result<(), Problem> {
    let typed = kit::secret(secret_file)?;
    let mistyped = |why: String| problem("key/guardian-page", why).hint("compare it with the page, group by group");
    let seed = guardian::read(&typed).map_err(|why| mistyped(why.to_string()))?;
    let key = SigningKey::from_seed(seed).ok_or_else(|| mistyped("this is not a secret of any page".into()))?;
    let signature = request.sign(&key).map_err(|why| {
        problem("key/guardian-page", format!("{}: {why}", request.agency().name()))
            .hint("take the page that names this agency; compare its digits")
    })?;
    let number = request.number(key.public().id());
    written(&out, &signature.to_text())?;
    context.out().answer(&Signing { file: Some(out), guardian: number, ..Signing::of(request) })
}

fn written(path: &Path, text: &str) -> Result<(), Problem> {
    write_new(path, text).map_err(|why| {
        problem("file/unwritable", format!("`{}` cannot be written: {why}", path.display()))
            .hint("choose a file that is not there yet, in a folder that you may write to")
    })
}

/// What was asked, and where it lies.
#[derive(Serialize)]
struct Asked {
    file: PathBuf,
    #[serde(flatten)]
    asked: RecoveryAsked,
}

impl Show for Asked {
    fn show(&self, page: &mut Page) {
        let RecoveryAsked { needed, guardians, first, .. } = self.asked;
        page.say(&format!("Send `{}` to the guardians. Nothing in it is secret.", self.file.display()));
        page.say(&format!(
            "{needed} of the {guardians} must sign it, guardian {first} among them: spean key recover sign --help"
        ));
        page.say("When their files are back: spean key recover finish FILES --yes");
    }
}

/// What a guardian signs, or signed.
#[derive(Serialize)]
struct Signing {
    agency: String,
    name: String,
    fingerprint: String,
    key: String,
    needed: u64,
    first: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    guardian: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

impl Signing {
    fn of(request: &RecoveryRequest) -> Self {
        let agency = request.agency();
        Self {
            agency: agency.id().to_string(),
            name: agency.name().to_owned(),
            fingerprint: Fingerprint::of(agency.id()).to_string(),
            key: request.body().new_root.id().to_string(),
            needed: agency.keys().recovery().m,
            first: request.first(),
            guardian: None,
            file: None,
        }
    }
}

impl Show for Signing {
    fn show(&self, page: &mut Page) {
        let done = match (&self.file, self.guardian) {
            (Some(file), Some(number)) => {
                format!("Guardian {number} has signed. Send `{}` to {}.", file.display(), self.name)
            }
            _ => format!("{} asks its guardians for a new main key. Nothing was signed.", self.name),
        };
        page.say(&done).gap();
        page.pairs(
            2,
            &[
                ("agency", self.agency.clone()),
                ("fingerprint", self.fingerprint.clone()),
                ("new main key", self.key.clone()),
                ("needed", format!("{} guardians, number {} among them", self.needed, self.first)),
            ],
        );
        page.gap().say("Compare the fingerprint with the one on your page, and telephone the agency.");
    }
}
