//! Who carries how much, and who could have a case or exchange: for the supervisor who gives it to them.

use std::collections::BTreeMap;

use protocol::ExchangeId;

use super::{Holder, Thing};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::{Role, Roles},
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
        let has: Vec<Holder> = thing.map(|thing| read(&self.need).holders(thing).to_vec()).unwrap_or_default();
        let (carried, unassigned) = self.carried();
        let carrier = |holder: Holder, id: String, name: String| Carrier {
            id,
            name,
            has: has.contains(&holder),
            open: carried.get(&holder).copied().unwrap_or_default(),
        };
        let people = people.into_iter().map(|(id, name)| carrier(Holder::Person(id), id.to_string(), name));
        let mut carriers: Vec<Carrier> = people.collect();
        // By name: nobody is ranked.
        carriers.sort_by_cached_key(|carrier| (carrier.name.to_lowercase(), carrier.id.clone()));
        let teams = self.people.teams_by_name().into_iter();
        let teams = teams.map(|(id, name)| carrier(Holder::Team(id), id.to_string(), name)).collect();
        Ok(CarrierList { carriers, teams, unassigned })
    }

    /// Open exchanges of other agencies by who has them, and how many nobody has.
    fn carried(&self) -> (BTreeMap<Holder, u64>, u64) {
        let open: Vec<ExchangeId> = self.board().inbox().map(|(id, _)| id).collect();
        let need = read(&self.need);
        let (mut carried, mut unassigned) = (BTreeMap::new(), 0);
        for id in open {
            unassigned += u64::from(!need.is_held(Thing::Exchange(id)));
            for holder in need.holders(Thing::Exchange(id)) {
                *carried.entry(*holder).or_default() += 1;
            }
        }
        (carried, unassigned)
    }
}
