//! What a kind of agency needs to know for a service; the consent still has the last word.

use std::collections::BTreeSet;

use crate::{
    category::Category,
    code::{AgencyKind, ServiceType},
};

/// What adding a category to a referral takes. Ordered: the later, the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Necessity {
    /// This kind of agency works with it: free to add.
    Usual,
    /// Sometimes needed: adding it takes a reason, which is audited.
    WithReason,
    /// Not needed as a rule: adding it takes a supervisor.
    WithSupervisor,
}

/// The answer to "what does this recipient need for these services?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedToKnow {
    kind: AgencyKind,
    proposed: BTreeSet<Category>,
}

/// What a `kind` of agency needs to know for `services` (the need-to-know table).
///
/// Proposed are identity and functioning where they are usual, and the services' own scope where it is usual or
/// sometimes needed. A coordination body gets no case at all: nothing is proposed, and all takes a supervisor.
#[must_use]
pub fn need_to_know(services: &[ServiceType], kind: AgencyKind) -> NeedToKnow {
    let always = [Category::Identity, Category::Functioning];
    let usual = always.into_iter().filter(|category| necessity(kind, *category) == Necessity::Usual);
    let scope = services.iter().flat_map(|service| service.scope()).copied();
    let needed = scope.filter(|category| necessity(kind, *category) != Necessity::WithSupervisor);
    NeedToKnow { kind, proposed: usual.chain(needed).collect() }
}

impl NeedToKnow {
    /// The categories to propose.
    #[must_use]
    pub const fn proposed(&self) -> &BTreeSet<Category> {
        &self.proposed
    }

    /// What putting `category` into this referral takes; what is proposed is free.
    #[must_use]
    pub fn takes(&self, category: Category) -> Necessity {
        if self.proposed.contains(&category) { Necessity::Usual } else { necessity(self.kind, category) }
    }

    /// Of the `requested` categories, those that take a reason.
    #[must_use]
    pub fn need_reason(&self, requested: &BTreeSet<Category>) -> BTreeSet<Category> {
        self.that_take(requested, Necessity::WithReason)
    }

    /// Of the `requested` categories, those that take a supervisor.
    #[must_use]
    pub fn need_approval(&self, requested: &BTreeSet<Category>) -> BTreeSet<Category> {
        self.that_take(requested, Necessity::WithSupervisor)
    }

    fn that_take(&self, requested: &BTreeSet<Category>, necessity: Necessity) -> BTreeSet<Category> {
        requested.iter().copied().filter(|category| self.takes(*category) == necessity).collect()
    }
}

/// One cell of the table.
#[must_use]
#[expect(clippy::match_same_arms, reason = "a table, row by row")]
pub fn necessity(kind: AgencyKind, category: Category) -> Necessity {
    use Category::{
        CareArrangement, ContactLocation, DocumentsMedia, Economic, Education, Family, Functioning, Health, Identity,
        Legal, MentalHealth, Protection, Tracing,
    };
    // One column per kind: reception, shelter, health, social office, school, legal, family support.
    let row = match category {
        Identity => "●●●●●●●",
        ContactLocation => "●○·●·○●",
        Family => "●●○●○○●",
        Tracing => "●○·●··○",
        Protection => "●●○●·●○",
        Legal => "●○·○·●·",
        Health => "○●●··○○",
        MentalHealth => "○●○···○",
        Functioning => "●●●○●○●",
        Education => "·●··●·●",
        CareArrangement => "●●○●○○●",
        Economic => "···○··●",
        DocumentsMedia => "○○·○·○·",
    };
    let column = match kind {
        AgencyKind::Reception => 0,
        AgencyKind::Shelter => 1,
        AgencyKind::Health => 2,
        AgencyKind::SocialOffice => 3,
        AgencyKind::School => 4,
        AgencyKind::Legal => 5,
        AgencyKind::FamilySupport => 6,
        AgencyKind::Coordination => return Necessity::WithSupervisor,
    };
    match row.chars().nth(column) {
        Some('●') => Necessity::Usual,
        Some('○') => Necessity::WithReason,
        _ => Necessity::WithSupervisor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_health_centre_gets_health_and_no_address() {
        let need = need_to_know(&[ServiceType::Health], AgencyKind::Health);
        let proposed = [Category::Identity, Category::Health, Category::Functioning];
        assert_eq!(need.proposed(), &BTreeSet::from(proposed));
        assert_eq!(need.takes(Category::ContactLocation), Necessity::WithSupervisor);
        assert_eq!(need.takes(Category::Family), Necessity::WithReason);
        let requested = BTreeSet::from([Category::Health, Category::Family, Category::Tracing]);
        assert_eq!(need.need_reason(&requested), BTreeSet::from([Category::Family]));
        assert_eq!(need.need_approval(&requested), BTreeSet::from([Category::Tracing]));
    }

    #[test]
    fn a_services_own_scope_may_be_proposed_where_it_is_only_sometimes_needed() {
        let need = need_to_know(&[ServiceType::Livelihood], AgencyKind::SocialOffice);
        assert_eq!(need.takes(Category::Economic), Necessity::Usual);
        assert!(!need.proposed().contains(&Category::Functioning));
    }

    #[test]
    fn coordination_gets_no_case() {
        let need = need_to_know(&[ServiceType::SocialWork], AgencyKind::Coordination);
        assert!(need.proposed().is_empty());
        assert!(Category::ALL.iter().all(|category| need.takes(*category) == Necessity::WithSupervisor));
    }

    #[test]
    fn each_row_has_a_column_for_each_kind() {
        for category in Category::ALL {
            for kind in AgencyKind::ALL {
                assert!(
                    *category != Category::Identity
                        || *kind == AgencyKind::Coordination
                        || necessity(*kind, *category) == Necessity::Usual
                );
            }
        }
    }
}
