//! Who brings a decision about: one person, or one who asked and one who confirms.

use super::rows::{RequestId, RequestRow};
use crate::{
    audit::Event,
    service::{Actor, people::PersonId},
    vault::{Stamp, Transaction},
};

/// Who brings a decision about.
#[derive(Clone, Copy)]
pub(in crate::service) enum Hand<'a> {
    /// One person.
    One(&'a Actor),
    /// Two.
    Two {
        /// What the first asked.
        id: RequestId,
        /// The request, and
        row: &'a RequestRow,
        /// the writing that was read of it.
        stamp: &'a Stamp,
        /// The second.
        confirms: &'a Actor,
    },
}

impl Hand<'_> {
    /// The audit event of the decision.
    pub(in crate::service) fn event(&self, action: &'static str) -> Event {
        match self {
            Self::One(actor) => actor.event(action),
            Self::Two { row, confirms, .. } => Event::new(format!("person {}", row.asked_by().short()), action)
                .by(Some(row.name.as_str()))
                .approved_by(Some(confirms.audit_name())),
        }
    }

    /// Whose decision it is, for lists.
    pub(in crate::service) fn name(&self) -> String {
        match self {
            Self::One(actor) => actor.audit_name(),
            Self::Two { row, confirms, .. } => {
                let asked = format!("{} (person {})", row.name.as_str(), row.asked_by().short());
                format!("{asked}, {}", confirms.audit_name())
            }
        }
    }

    /// Whether two different people stand behind it.
    pub(in crate::service) fn is_two(&self) -> bool {
        match self {
            Self::One(actor) => actor.second_person().is_some(),
            Self::Two { .. } => true,
        }
    }

    /// Who is refused what comes of it.
    pub(in crate::service) const fn actor(&self) -> &Actor {
        match self {
            Self::One(actor) | Self::Two { confirms: actor, .. } => actor,
        }
    }

    /// The signed-in person whose wish it is.
    pub(in crate::service::people) fn person(&self) -> Option<PersonId> {
        match self {
            Self::One(Actor::Person { id, .. }) => Some(*id),
            Self::One(Actor::Operator { .. } | Actor::Program { .. } | Actor::Node) => None,
            Self::Two { row, .. } => Some(row.asked_by()),
        }
    }

    /// The request ends with the decision: nobody confirms it twice. Whoever decided alone is seen to have done so.
    pub(in crate::service) fn settle(&self, tx: &mut Transaction) {
        match self {
            Self::One(actor @ Actor::Person { .. }) => tx.audit(actor.event("request.alone")),
            Self::One(Actor::Operator { .. } | Actor::Program { .. } | Actor::Node) => {}
            Self::Two { id, row, stamp, confirms } => {
                tx.expect(stamp);
                tx.delete::<RequestRow>(&row.owner(), id.as_bytes());
                tx.audit(confirms.event("request.confirm").object(id.as_bytes()).purpose(row.kind()));
            }
        }
    }
}
