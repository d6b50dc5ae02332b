//! What an offer says about a child.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::civil::Date;
use keys::cbor;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value as Json, json};

use super::table;
use crate::{
    category::Category,
    code::{AgeBand, Arrival, ConsentBasis, Language, Purpose, Service, ServiceType, Support, TriageSex, Urgency},
    consent::codes,
    place::PROVINCES,
    record::{CaseRecord, Fields, Form, Parser, RecordErrors, Value, serialize_fields},
};

/// The most characters of the free text.
pub const MAX_TEXT: usize = 280;

/// What is wrong with a triage summary: every fault, where, and what is allowed.
pub type TriageErrors = RecordErrors;

/// Where the child is, never below a province.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// A province, by its two digits.
    Province(&'static str),
    /// Not in Cambodia.
    Abroad,
    /// Not known, or not said.
    Unknown,
}

impl Area {
    /// The code: two digits, `abroad` or `unknown`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Province(code) => code,
            Self::Abroad => "abroad",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for Area {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "abroad" => Ok(Self::Abroad),
            "unknown" => Ok(Self::Unknown),
            _ => PROVINCES.iter().find(|place| place.code == text).map(|place| Self::Province(place.code)).ok_or(()),
        }
    }
}

/// A service as an offer asks for it: in full, or by its type where the full code would tell too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskedService {
    /// A service that is not sensitive.
    Full(Service),
    /// The type of a sensitive one.
    Type(ServiceType),
}

impl AskedService {
    /// How an offer asks for `service`.
    #[must_use]
    pub fn of(service: Service) -> Self {
        if service.sensitive() { Self::Type(service.service_type()) } else { Self::Full(service) }
    }

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full(service) => service.code(),
            Self::Type(kind) => kind.code(),
        }
    }

    /// The type.
    #[must_use]
    pub fn service_type(self) -> ServiceType {
        match self {
            Self::Full(service) => service.service_type(),
            Self::Type(kind) => kind,
        }
    }
}

impl FromStr for AskedService {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(kind) = text.parse() {
            return Ok(Self::Type(kind));
        }
        text.parse().ok().filter(|service: &Service| !service.sensitive()).map(Self::Full).ok_or(())
    }
}

/// A triage summary to be built.
#[derive(Clone)]
#[expect(missing_docs, reason = "the fields are those of `Triage`, each described at its accessor")]
pub struct TriageDraft {
    pub purpose: Purpose,
    pub services: Vec<Service>,
    pub age_band: AgeBand,
    pub sex: TriageSex,
    pub languages: Vec<Language>,
    pub urgency: Urgency,
    pub area: Area,
    pub would_follow: BTreeSet<Category>,
    pub basis: ConsentBasis,
    pub group_size: u8,
    pub arrival: Option<Arrival>,
    pub support: BTreeSet<Support>,
    pub text: String,
}

impl TriageDraft {
    /// What `record` says by itself on `today`; the rest is to be filled in by whoever refers.
    #[must_use]
    pub fn of_case(record: &CaseRecord, today: Date, purpose: Purpose, urgency: Urgency, basis: ConsentBasis) -> Self {
        let place = record.current_place().or(record.home_place());
        let area = match place {
            Some(place) if place.country() != "kh" => Area::Abroad,
            _ => record.province_code().and_then(|code| code.parse().ok()).unwrap_or(Area::Unknown),
        };
        Self {
            purpose,
            services: Vec::new(),
            age_band: record.age_on(today).map_or(AgeBand::Unknown, |age| AgeBand::for_range(age.least, age.most)),
            sex: record.sex().parse().unwrap_or(TriageSex::NotStated),
            languages: record.languages().into_iter().take(3).collect(),
            urgency,
            area,
            would_follow: BTreeSet::new(),
            basis,
            group_size: 1,
            arrival: None,
            support: BTreeSet::new(),
            text: String::new(),
        }
    }
}

/// A triage summary: it names nobody, and every part is coarse. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Triage {
    fields: Fields,
    services: Vec<AskedService>,
    area: Area,
}

impl Triage {
    /// Builds the summary and asks the leak guard about its text.
    ///
    /// # Errors
    /// Every part that is out of its limits, and where the text seems to identify the child.
    pub fn build(draft: &TriageDraft, record: &CaseRecord) -> Result<Self, TriageErrors> {
        let triage = Self::build_unguarded(draft)?;
        super::leak_guard::check(&draft.text, record)
            .map_err(|leak| TriageErrors::single(&format!("text, line {}", leak.line), leak.to_string()))?;
        Ok(triage)
    }

    /// Builds the summary where a supervisor overrode the leak guard.
    ///
    /// # Errors
    /// Every part that is out of its limits.
    pub fn build_unguarded(draft: &TriageDraft) -> Result<Self, TriageErrors> {
        let mut services: Vec<&str> = draft.services.iter().map(|service| service.offered_code()).collect();
        services.sort_unstable();
        services.dedup();
        let mut tree = json!({
            "kind": "referral",
            "purpose": draft.purpose,
            "services": services,
            "age_band": draft.age_band,
            "sex": draft.sex,
            "languages": draft.languages,
            "urgency": draft.urgency,
            "area": draft.area.code(),
            "would_follow": draft.would_follow,
            "basis": draft.basis,
            "group_size": draft.group_size,
            "support": draft.support,
        });
        if let Some(arrival) = draft.arrival {
            tree["arrival"] = arrival.code().into();
        }
        if !draft.text.trim().is_empty() {
            tree["text"] = draft.text.trim().into();
        }
        Self::from_json(&tree)
    }

    /// Parses a summary, ours or a stranger's.
    ///
    /// # Errors
    /// Every fault with its path and what is allowed there.
    pub fn from_json(json: &Json) -> Result<Self, TriageErrors> {
        let Json::Object(object) = json else { return Err(TriageErrors::single("", "must be an object")) };
        let mut parser = Parser::new(Form::Wire, None, None);
        let fields = parser.fields(&table::FIELDS.iter().collect::<Vec<_>>(), object, &[]);
        let texts = list(&fields, "services");
        let services: Vec<AskedService> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        if services.is_empty() || services.len() != texts.len() {
            parser.fault_at("services", "must be 1 to 3 services; of a sensitive one, only its type");
        }
        let area = match fields.get("area") {
            Some(Value::Text(text)) => text.parse().ok(),
            _ => None,
        };
        if area.is_none() {
            parser.fault_at("area", "must be a province from 01 to 25, abroad or unknown");
        }
        parser.finish()?;
        Ok(Self { fields, services, area: area.unwrap_or(Area::Unknown) })
    }

    /// Decodes a summary, strictly.
    ///
    /// # Errors
    /// [`cbor::CborError`]: not this format, an unknown name, a value out of its limits, not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, cbor::CborError> {
        cbor::decode_body(bytes)
    }

    /// The summary as deterministic CBOR.
    ///
    /// # Errors
    /// None in practice: every part can be expressed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, cbor::CborError> {
        cbor::encode_body(self)
    }

    /// The summary as JSON: what the other agency will see, and what is encoded.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::Object(
            self.fields.iter().map(|(name, v)| ((*name).to_owned(), v.tree(Form::Wire))).collect::<Map<_, _>>(),
        )
    }

    /// For what.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.code("purpose").unwrap_or(Purpose::Care)
    }

    /// The services asked for.
    #[must_use]
    pub fn services(&self) -> &[AskedService] {
        &self.services
    }

    /// The age band.
    #[must_use]
    pub fn age_band(&self) -> AgeBand {
        self.code("age_band").unwrap_or(AgeBand::Unknown)
    }

    /// The sex.
    #[must_use]
    pub fn sex(&self) -> TriageSex {
        self.code("sex").unwrap_or(TriageSex::NotStated)
    }

    /// The languages.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        list(&self.fields, "languages").iter().filter_map(|code| code.parse().ok()).collect()
    }

    /// How soon.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        self.code("urgency").unwrap_or(Urgency::Low)
    }

    /// The area.
    #[must_use]
    pub const fn area(&self) -> Area {
        self.area
    }

    /// The categories that would follow a yes.
    #[must_use]
    pub fn would_follow(&self) -> BTreeSet<Category> {
        codes(&mut self.fields.clone(), "would_follow")
    }

    /// The basis: not who consented, not why.
    #[must_use]
    pub fn basis(&self) -> ConsentBasis {
        self.code("basis").unwrap_or(ConsentBasis::Consent)
    }

    /// Siblings to be kept together, the child counted: 1 to 6.
    #[must_use]
    pub fn group_size(&self) -> u8 {
        match self.fields.get("group_size") {
            Some(Value::Int(size)) => u8::try_from(*size).unwrap_or(1),
            _ => 1,
        }
    }

    /// When the child would come.
    #[must_use]
    pub fn arrival(&self) -> Option<Arrival> {
        self.code("arrival")
    }

    /// What the child needs to be received.
    #[must_use]
    pub fn support(&self) -> BTreeSet<Support> {
        codes(&mut self.fields.clone(), "support")
    }

    /// The free text.
    #[must_use]
    pub fn text(&self) -> &str {
        if let Some(Value::Text(text)) = self.fields.get("text") { text } else { "" }
    }

    /// The table's lists are those of the enums, so a parsed code is always one.
    fn code<T: FromStr>(&self, name: &str) -> Option<T> {
        if let Some(Value::Code(code)) = self.fields.get(name) { code.parse().ok() } else { None }
    }
}

/// The texts or codes of a list.
fn list<'a>(fields: &'a Fields, name: &str) -> Vec<&'a str> {
    let Some(Value::List(values)) = fields.get(name) else { return Vec::new() };
    let text = |value: &'a Value| match value {
        Value::Text(text) => Some(text.as_str()),
        Value::Code(code) => Some(*code),
        _ => None,
    };
    values.iter().filter_map(text).collect()
}

impl fmt::Debug for Triage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Triage(hidden)")
    }
}

impl Serialize for Triage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_fields(&self.fields, serializer)
    }
}

impl<'de> Deserialize<'de> for Triage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Json::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
