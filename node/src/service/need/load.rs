//! Who carries how much, and who could have a case or exchange: for the supervisor who gives it to them.

use std::collections::BTreeMap;

use protocol::ExchangeId;

use super::Thing;
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::{PersonId, Role, Roles},
        read,
    },
    view::{Carrier, CarrierList},
};

impl Service {
    /// Those who work with cases, what each has, and who has this case.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`] and the like for the case.
    pub async fn case_carriers(&self, actor: &Actor, case: &str) -> Result<CarrierList, ServiceError> {
        self.may(actor, UseCase::Carriers).await?;
        let case = self.resolve_case(case)?;
        self.carriers_of(actor, Some(Thing::Case(case))).await
    }

    /// As [`Service::case_carriers`], of an exchange.
    ///
    /// # Errors
    /// As [`Service::case_carriers`].
    pub async fn exchange_carriers(&self, actor: &Actor, id: &str) -> Result<CarrierList, ServiceError> {
        self.may(actor, UseCase::Carriers).await?;
        let id = self.resolve_exchange(id)?;
        self.carriers_of(actor, Some(Thing::Exchange(id))).await
    }

    /// As [`Service::case_carriers`], of nothing in particular.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn carriers(&self, actor: &Actor) -> Result<CarrierList, ServiceError> {
        self.may(actor, UseCase::Carriers).await?;
        self.carriers_of(actor, None).await
    }

    async fn carriers_of(&self, actor: &Actor, thing: Option<Thing>) -> Result<CarrierList, ServiceError> {
        let object = thing.as_ref().map_or(&[][..], Thing::bytes);
        self.audit_read(actor, UseCase::Carriers.code(), object).await?;
        let working = Roles::of(&[Role::SocialWorker, Role::Supervisor]);
        let people = self.people.with_roles(working);
        let has: Vec<PersonId> = thing.map(|thing| read(&self.need).holders(thing).to_vec()).unwrap_or_default();
        let (carried, unassigned) = self.carried();
        let carrier = |(id, name): (PersonId, String)| Carrier {
            id: id.to_string(),
            name,
            has: has.contains(&id),
            open: carried.get(&id).copied().unwrap_or_default(),
        };
        let mut carriers: Vec<Carrier> = people.into_iter().map(carrier).collect();
        // By name: nobody is ranked.
        carriers.sort_by_cached_key(|carrier| (carrier.name.to_lowercase(), carrier.id.clone()));
        Ok(CarrierList { carriers, unassigned })
    }

    /// Open exchanges of other agencies by who has them, and how many nobody has.
    fn carried(&self) -> (BTreeMap<PersonId, u64>, u64) {
        let open: Vec<ExchangeId> = self.board().inbox().map(|(id, _)| id).collect();
        let need = read(&self.need);
        let (mut carried, mut unassigned) = (BTreeMap::new(), 0);
        for id in open {
            let holders = need.holders(Thing::Exchange(id));
            unassigned += u64::from(holders.is_empty());
            for person in holders {
                *carried.entry(*person).or_default() += 1;
            }
        }
        (carried, unassigned)
    }
}
