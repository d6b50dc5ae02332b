//! What was answered so far, and which step is next.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Agency, Drawn};

/// A step, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Language,
    Agency,
    Passphrase,
    People,
    Kit,
    End,
}

impl Step {
    /// All of them.
    pub(super) const ALL: [Self; 6] =
        [Self::Language, Self::Agency, Self::Passphrase, Self::People, Self::Kit, Self::End];

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Language => "/set-up/language",
            Self::Agency => "/set-up/agency",
            Self::Passphrase => "/set-up/passphrase",
            Self::People => "/set-up/people",
            Self::Kit => "/set-up/kit",
            Self::End => "/set-up/end",
        }
    }

    /// As people count.
    pub(super) fn number(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or_default() + 1
    }

    /// The one before; of the first, itself.
    pub(super) fn before(self) -> Self {
        Self::ALL.into_iter().rev().find(|step| *step < self).unwrap_or(self)
    }
}

/// The answers. Secrets among them wipe themselves.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) spoken: bool,
    pub(super) agency: Option<Agency>,
    pub(super) passphrase: Option<Zeroizing<String>>,
    pub(super) together: Option<bool>,
    /// Keys, and with them the kit, are of one agency.
    pub(super) drawn: Option<Arc<dyn Drawn>>,
    /// A kit was shown before that is of no use any more.
    pub(super) void: bool,
    /// What stands at the end of the kit was typed from paper.
    pub(super) proven: bool,
}

impl Answers {
    /// The first step that was not taken.
    pub(super) fn next(&self) -> Step {
        let taken = |step: &Step| match step {
            Step::Language => self.spoken,
            Step::Agency => self.agency.is_some(),
            Step::Passphrase => self.passphrase.is_some(),
            Step::People => self.together.is_some(),
            Step::Kit => self.proven,
            Step::End => false,
        };
        Step::ALL.into_iter().find(|step| !taken(step)).unwrap_or(Step::End)
    }

    /// Takes what the agency will be. Another name is another agency, with keys and a kit of its own.
    pub(super) fn name(&mut self, agency: Agency) {
        if self.agency.as_ref() != Some(&agency) {
            self.void |= self.drawn.take().is_some();
            self.proven = false;
        }
        self.agency = Some(agency);
    }
}
