//! Services that can be asked for: `type.subtype`, some sensitive, each type with its own scope (`domain` code tables).

use super::{AgencyKind, code_list};
use crate::category::Category;

code_list! {
    /// The first part of a service's code; an offer of a sensitive service says no more than this.
    ServiceType, "service type" {
        SocialWork = "social_work", "social work";
        Tracing = "tracing", "family tracing", "ការស្វែងរកគ្រួសារ";
        Shelter = "shelter", "shelter", "ជម្រក";
        FamilyCare = "family_care", "alternative family care", "ការថែទាំជំនួស";
        Health = "health", "health", "សុខភាព";
        MentalHealth = "mental_health", "mental health", "សុខភាពផ្លូវចិត្ត";
        Counselling = "counselling", "counselling", "ការប្រឹក្សា";
        SubstanceUse = "substance_use", "substance use", "គ្រឿងញៀន និងគ្រឿងស្រវឹង";
        Disability = "disability", "disability", "ពិការភាព";
        Legal = "legal", "legal protection", "កិច្ចគាំពារផ្លូវច្បាប់";
        AntiTrafficking = "anti_trafficking", "anti-trafficking", "ការជួញដូរ";
        Education = "education", "education", "ការសិក្សា";
        Livelihood = "livelihood", "family livelihood", "សេដ្ឋកិច្ចគ្រួសារ";
        Other = "other", "other", "ផ្សេងៗ";
    }
}

impl ServiceType {
    /// The categories that this service needs beside identity and functioning.
    #[must_use]
    pub const fn scope(self) -> &'static [Category] {
        use Category::{
            CareArrangement, ContactLocation, Economic, Education, Family, Health, Legal, MentalHealth, Protection,
            Tracing,
        };
        match self {
            Self::SocialWork | Self::FamilyCare => &[Family, Protection, CareArrangement],
            Self::Tracing => &[ContactLocation, Family, Tracing, CareArrangement],
            Self::Shelter => &[Family, Protection, Health, MentalHealth, CareArrangement],
            Self::Health | Self::Disability => &[Health],
            Self::MentalHealth | Self::Counselling => &[MentalHealth],
            Self::SubstanceUse => &[Health, MentalHealth],
            Self::Legal => &[Family, Legal],
            Self::AntiTrafficking => &[Protection, Legal, CareArrangement],
            Self::Education => &[Education],
            Self::Livelihood => &[Family, Economic],
            Self::Other => &[],
        }
    }

    /// The kinds of agency that give this service; empty means any.
    #[must_use]
    pub const fn receivers(self) -> &'static [AgencyKind] {
        use AgencyKind::{FamilySupport, Health, Legal, Reception, School, Shelter, SocialOffice};
        match self {
            Self::SocialWork => &[SocialOffice],
            Self::Tracing => &[SocialOffice, Reception],
            Self::Shelter => &[Shelter, Reception],
            Self::FamilyCare => &[FamilySupport, SocialOffice],
            Self::Health | Self::MentalHealth | Self::SubstanceUse => &[Health],
            Self::Counselling => &[Shelter, FamilySupport],
            Self::Disability => &[Health, FamilySupport],
            Self::Legal => &[Legal],
            Self::AntiTrafficking => &[Legal, Shelter],
            Self::Education => &[School],
            Self::Livelihood => &[FamilySupport],
            Self::Other => &[],
        }
    }

    /// All subtypes are sensitive.
    const fn sensitive(self) -> bool {
        matches!(self, Self::SubstanceUse | Self::AntiTrafficking)
    }
}

code_list! {
    /// A service, by its full code.
    Service, "service" {
        CaseManagement = "social_work.case_management", "case management", "ការគ្រប់គ្រងករណី";
        HomeVisit = "social_work.home_visit", "home visit", "ការចុះសួរសុខទុក្ខ";
        RiskAssessment = "social_work.risk_assessment", "risk assessment", "ការប៉ាន់ប្រមាណហានិភ័យ";
        Community = "social_work.community", "community work", "សហគមន៍";
        FamilyTracing = "tracing.family_tracing", "family tracing", "ការស្វែងរកគ្រួសារ";
        FamilyCheck = "tracing.family_check", "family assessment", "ការប៉ាន់ប្រមាណគ្រួសារ";
        Reunification = "tracing.reunification", "family reunification", "ការបង្រួបបង្រួមគ្រួសារ";
        EscortedReturn = "tracing.escorted_return", "escorted return";
        FollowUp = "tracing.follow_up", "follow-up", "តាមដានករណី";
        TransitionalShelter = "shelter.transitional", "transitional shelter", "ជម្រកបណ្តោះអាសន្ន";
        LongTermShelter = "shelter.long_term", "long-term residential care", "មណ្ឌលថែទាំកុមារ";
        SafeHouse = "shelter.safe_house", "safe house";
        FosterShort = "family_care.foster_short", "emergency foster care", "ថែទាំតាមរយៈគ្រួសារសង្គ្រោះបឋម";
        FosterLong = "family_care.foster_long", "long-term foster care", "ថែទាំតាមរយៈគ្រួសារមិនជាប់សាច់ញាតិរយៈពេលវែង";
        Kinship = "family_care.kinship", "kinship care", "ថែទាំតាមរយៈគ្រួសារសាច់ញាតិ";
        Adoption = "family_care.adoption", "domestic adoption", "ស្មុំកូនក្នុងស្រុក";
        Consultation = "health.consultation", "medical consultation", "ការពិនិត្យជំងឺ";
        Emergency = "health.emergency", "medical emergency";
        Vaccination = "health.vaccination", "vaccination", "វ៉ាក់សាំង";
        Nutrition = "health.nutrition", "nutrition", "អាហារូបត្ថម្ភ";
        Maternal = "health.maternal", "maternal and infant health", "សុខភាពមាតា និងទារក";
        Hospital = "health.hospital", "hospital", "មន្ទីរពេទ្យ";
        PostViolence = "health.post_violence", "care after violence";
        HivTb = "health.hiv_tb", "HIV and tuberculosis care";
        MentalAssessment = "mental_health.assessment", "mental health assessment", "ការប៉ាន់ប្រមាណ";
        Therapy = "mental_health.therapy", "therapy", "ការព្យាបាល";
        Psychiatry = "mental_health.psychiatry", "psychiatry";
        GeneralCounselling = "counselling.general", "counselling", "ការប្រឹក្សា";
        TraumaCounselling = "counselling.trauma", "trauma counselling";
        SurvivorCounselling = "counselling.survivor", "survivor counselling", "ជនរងគ្រោះ";
        FamilyCounselling = "counselling.family", "family counselling";
        SubstanceAdvice = "substance_use.advice", "advice on substance use", "ការប្រឹក្សា";
        Detox = "substance_use.detox", "detoxification";
        Rehabilitation = "substance_use.rehabilitation", "rehabilitation", "ស្តារនីតិសម្បទា";
        Aids = "disability.aids", "assistive aids";
        Physiotherapy = "disability.physiotherapy", "physiotherapy";
        CarerTraining = "disability.carer_training", "training of carers";
        BirthRegistration = "legal.birth_registration", "birth registration", "ការចុះបញ្ជីកំណើត";
        IdentityPapers = "legal.identity_papers", "identity papers", "អត្តសញ្ញាណប័ណ្ណ";
        Lawyer = "legal.lawyer", "lawyer", "មេធាវី";
        PoliceInterview = "legal.police_interview", "police interview", "សម្ភាសន៍ដោយប៉ូលីស";
        Guardianship = "legal.guardianship", "guardianship", "អាណាព្យាបាល";
        Rescue = "anti_trafficking.rescue", "rescue", "ជួយសង្គ្រោះ";
        VictimIdentification = "anti_trafficking.victim_identification", "victim identification", "កំណត់អត្តសញ្ញាណជនរងគ្រោះ";
        VictimReintegration = "anti_trafficking.reintegration", "reintegration", "សមាហរណកម្ម";
        Enrolment = "education.enrolment", "school enrolment", "ការចុះឈ្មោះចូលរៀន";
        SchoolReturn = "education.return", "return to school", "ការចូលរៀនវិញ";
        Materials = "education.materials", "school materials", "សម្ភារៈ";
        CatchUp = "education.catch_up", "catch-up classes";
        Vocational = "education.vocational", "vocational training", "ការបណ្តុះបណ្តាលវិជ្ជាជីវៈ";
        Scholarship = "education.scholarship", "scholarship";
        LifeSkills = "education.life_skills", "life skills";
        Cash = "livelihood.cash", "cash support", "ប្រាក់ឧបត្ថម្ភ";
        Goods = "livelihood.goods", "goods", "របស់របរ";
        Income = "livelihood.income", "income", "មុខរបរ";
        DayCare = "livelihood.day_care", "day care";
        EquityCard = "livelihood.equity_card", "equity card", "ប័ណ្ណសមធម៌";
        Food = "other.food", "food", "ចំណីអាហារ";
        Clothes = "other.clothes", "clothes", "សម្លៀកបំពាក់";
        Interpreter = "other.interpreter", "interpreter", "ការបកប្រែ";
        Transport = "other.transport", "transport", "ការធ្វើដំណើរ";
        OtherService = "other.other", "other", "ផ្សេងៗ";
    }
}

impl Service {
    /// The service's type: the part of its code before the dot.
    #[must_use]
    pub fn service_type(self) -> ServiceType {
        let prefix = self.code().split('.').next().unwrap_or_default();
        // Every code begins with a type's code: tested below.
        prefix.parse().unwrap_or(ServiceType::Other)
    }

    /// The bare subtype would tell what happened to the child: an offer carries the type only.
    #[must_use]
    pub fn sensitive(self) -> bool {
        matches!(
            self,
            Self::SafeHouse
                | Self::PostViolence
                | Self::HivTb
                | Self::Psychiatry
                | Self::TraumaCounselling
                | Self::SurvivorCounselling
                | Self::Lawyer
                | Self::PoliceInterview
        ) || self.service_type().sensitive()
    }

    /// What an offer says: the type alone for a sensitive service, else the full code.
    #[must_use]
    pub fn offered_code(self) -> &'static str {
        if self.sensitive() { self.service_type().code() } else { self.code() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_a_type_and_every_type_a_service() {
        for service in Service::ALL {
            let prefix = service.code().split('.').next().expect("a first part");
            assert_eq!(prefix.parse::<ServiceType>().expect("a type"), service.service_type());
        }
        for kind in ServiceType::ALL {
            assert!(Service::ALL.iter().any(|service| service.service_type() == *kind), "{kind}");
        }
    }

    #[test]
    fn a_sensitive_service_is_offered_by_its_type_only() {
        assert_eq!(Service::PostViolence.offered_code(), "health");
        assert_eq!(Service::Detox.offered_code(), "substance_use");
        assert_eq!(Service::Consultation.offered_code(), "health.consultation");
    }
}
