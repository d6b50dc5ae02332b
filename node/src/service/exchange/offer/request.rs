//! The request's codes, parsed at the door.

use std::collections::BTreeSet;

use protocol::{
    category::Category,
    code::{Arrival, Purpose, Service as ServiceCode, Support, Urgency},
    consent::HeldBack,
};

use super::super::{
    act::code,
    release::{categories, held_back},
};
use crate::{service::ServiceError, view::ReferRequest};

/// Services of one offer.
const MAX_SERVICES: usize = 3;
/// Support needs of one offer.
const MAX_SUPPORT: usize = 6;
/// Siblings of one group.
const MAX_GROUP: u8 = 6;

/// A request whose codes are all known and within their limits.
pub(super) struct Asked {
    pub services: Vec<ServiceCode>,
    pub urgency: Urgency,
    pub purpose: Purpose,
    pub categories: Option<BTreeSet<Category>>,
    pub held_back: BTreeSet<HeldBack>,
    pub arrival: Option<Arrival>,
    pub support: Vec<Support>,
    pub group: Option<u8>,
}

impl Asked {
    /// Parses the request.
    ///
    /// # Errors
    /// [`ServiceError::Field`] names the first field that is not acceptable, and what is.
    pub(super) fn parse(request: &ReferRequest) -> Result<Self, ServiceError> {
        let services: Vec<ServiceCode> =
            request.services.iter().map(|text| code("service", text)).collect::<Result<_, _>>()?;
        within("service", services.len(), 1, MAX_SERVICES)?;
        let support: Vec<Support> =
            request.support.iter().map(|text| code("support", text)).collect::<Result<_, _>>()?;
        within("support", support.len(), 0, MAX_SUPPORT)?;
        if request.group.is_some_and(|group| !(1..=MAX_GROUP).contains(&group)) {
            let why = format!("a group has 1 to {MAX_GROUP} children");
            return Err(ServiceError::Field { field: "group", why });
        }
        Ok(Self {
            services,
            urgency: code("urgency", &request.urgency)?,
            purpose: code("purpose", &request.purpose)?,
            categories: request.categories.as_deref().map(categories).transpose()?,
            held_back: held_back(&request.without)?,
            arrival: request.arrival.as_deref().map(|text| code("arrival", text)).transpose()?,
            support,
            group: request.group,
        })
    }
}

fn within(field: &'static str, count: usize, least: usize, most: usize) -> Result<(), ServiceError> {
    if (least..=most).contains(&count) {
        Ok(())
    } else {
        Err(ServiceError::Field { field, why: format!("{least} to {most} may be given, not {count}") })
    }
}
