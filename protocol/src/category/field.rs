//! How a field is declared: once, in a table that gives its JSON and wire name, type, limit, § and help.

/// One field of a category, or of a record inside one.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its name in JSON and on the wire.
    pub name: &'static str,
    /// What may stand in it.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
    /// Whether it goes out only when the consent names it (§).
    pub named: Named,
    /// One sentence for the person who fills it in.
    pub help: &'static str,
    /// A valid value as JSON, of an invented child.
    pub example: &'static str,
}

/// Whether a field must be there when its category (or record) is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// May be left out: not asked.
    Optional,
    /// Must be there; `"unknown"` is an answer too.
    Required,
    /// At least one known field of the group with this name must be there.
    OneOf(&'static str),
}

/// Named consent (§).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Goes out with its category.
    No,
    /// Goes out only when the consent names this field.
    Field,
    /// The record around this field goes out with one of these codes only when the consent names the code.
    Codes(&'static [&'static str]),
}

/// What may stand in a field.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Text of at most so many characters after NFC, without control characters.
    Text(usize),
    /// `2026-05-28`, `2026-05` or `2026`: from 1900 to tomorrow.
    Date,
    /// The same, but may lie ahead.
    DueDate,
    /// `2026-05-28T21`: a day and an hour.
    Hour,
    /// `{years | months, as_of, plus_minus}`.
    Age,
    /// `{country, code, detail}` or a Cambodian place code as text.
    Place,
    /// `{number, owner, safe_to_call}` or a number as text.
    Phone,
    /// `{km: {family, given}, latin: {family, given}}`.
    Name,
    /// A number: which of `family.members`, counted from 0.
    Person,
    /// yes, no or unknown.
    YesNo,
    /// true or false.
    Bool,
    /// One of a list of codes.
    Enum(&'static [Code]),
    /// A list of at most so many.
    List(&'static Kind, usize),
    /// Named fields.
    Record(&'static [Field]),
    /// A whole number.
    Int {
        /// The least that is allowed.
        min: i64,
        /// The most that is allowed.
        max: i64,
    },
    /// A number with one decimal, counted in tenths (the wire has no fractions).
    Tenths {
        /// The least that is allowed, in tenths.
        min: i64,
        /// The most that is allowed, in tenths.
        max: i64,
    },
    /// SHA-256 as 64 hexadecimal digits.
    Hash,
}

/// One code of a field's list.
#[derive(Clone, Copy)]
pub struct Code {
    /// As stored and sent.
    pub code: &'static str,
    /// The Khmer label, where a source has one.
    pub label_km: Option<&'static str>,
}

/// A list of codes: `codes!["female" = "ស្រី", "other"]`.
macro_rules! codes {
    ($($code:literal $(= $khmer:literal)?),+ $(,)?) => {
        &[$($crate::category::field::Code { code: $code, label_km: $crate::code::optional!($($khmer)?) }),+]
    };
}
pub(crate) use codes;

/// How long a list may be when its table does not say.
pub const LIST: usize = 10;

/// An optional field; the methods below change that.
pub(crate) const fn field(name: &'static str, kind: Kind, help: &'static str, example: &'static str) -> Field {
    Field { name, kind, need: Need::Optional, named: Named::No, help, example }
}

impl Field {
    /// Must be there.
    pub(crate) const fn required(self) -> Self {
        Self { need: Need::Required, ..self }
    }

    /// One of its group must be there.
    pub(crate) const fn one_of(self, group: &'static str) -> Self {
        Self { need: Need::OneOf(group), ..self }
    }

    /// Needs named consent.
    pub(crate) const fn named(self) -> Self {
        Self { named: Named::Field, ..self }
    }

    /// Records with one of these codes need named consent.
    pub(crate) const fn named_codes(self, codes: &'static [&'static str]) -> Self {
        Self { named: Named::Codes(codes), ..self }
    }
}

impl Kind {
    /// What is allowed, in words, for errors and help. Built of the table only, never of data.
    #[must_use]
    pub fn allowed(&self) -> String {
        match self {
            Self::Text(most) => format!("text of at most {most} characters, without line breaks"),
            Self::Date => "a date such as \"2026-05-28\", \"2026-05\" or \"2026\", from 1900 to tomorrow".into(),
            Self::DueDate => "a date such as \"2026-05-28\", \"2026-05\" or \"2026\"".into(),
            Self::Hour => "a day and hour such as \"2026-05-28T21\"".into(),
            Self::Age => "an age such as {\"years\": 13, \"as_of\": \"2026-05-28\", \"plus_minus\": 1}: years 0-25 or \
                          months 0-35, plus_minus 0-3 years"
                .into(),
            Self::Place => {
                "a place such as {\"country\": \"kh\", \"code\": \"011002\", \"detail\": \"…\"}: the code is \
                            text of 2, 4, 6 or 8 digits, detail of at most 120 characters"
                    .into()
            }
            Self::Phone => {
                "a telephone such as {\"number\": \"+85510000001\", \"owner\": \"family\", \"safe_to_call\": \
                            \"yes\"}: owner self, family, friend, worker, authority or other; safe_to_call yes, no or \
                            unknown"
                    .into()
            }
            Self::Name => {
                "a name such as {\"km\": {\"family\": \"…\", \"given\": \"…\"}, \"latin\": {…}}: at least one \
                           part, each of at most 60 characters"
                    .into()
            }
            Self::Person => "a number: which of family.members, counted from 0".into(),
            Self::YesNo => "one of yes, no, unknown".into(),
            Self::Bool => "true or false".into(),
            Self::Enum(codes) => format!("one of {}", codes.iter().map(|c| c.code).collect::<Vec<_>>().join(", ")),
            Self::List(kind, most) => format!("a list of at most {most}, each: {}", kind.allowed()),
            Self::Record(fields) => format!("{{{}}}", fields.iter().map(|f| f.name).collect::<Vec<_>>().join(", ")),
            Self::Int { min, max } => format!("a whole number from {min} to {max}"),
            Self::Tenths { min, max } => format!("a number from {} to {} with one decimal", tenths(*min), tenths(*max)),
            Self::Hash => "a SHA-256 of 64 hexadecimal digits".into(),
        }
    }
}

/// Tenths as a decimal number.
pub(crate) fn tenths(value: i64) -> String {
    if value % 10 == 0 { (value / 10).to_string() } else { format!("{}.{}", value / 10, value % 10) }
}
