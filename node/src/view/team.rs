//! Teams, and who is in them.

use keys::Timestamp;
use serde::{Deserialize, Serialize};

/// Names a team: a new one, or one that is called otherwise from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameTeam {
    /// 1 to 60 characters, in any script; no other team is called so.
    pub name: String,
}

/// Says who comes into a team and who leaves it. Whoever is not named stays where they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeTeam {
    /// Sign-in names or ids of people who work with cases.
    #[serde(default)]
    pub join: Vec<String>,
    /// Sign-in names or ids.
    #[serde(default)]
    pub leave: Vec<String>,
}

/// Somebody who is in a team, or could be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TeamPerson {
    /// The person's id.
    pub id: String,
    /// As they are called.
    pub name: String,
}

/// A team.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TeamView {
    /// The team's id.
    pub id: String,
    /// As it is called.
    pub name: String,
    /// When it was made.
    pub since: Timestamp,
    /// Who made it.
    pub by: String,
    /// By name.
    pub members: Vec<TeamPerson>,
}

/// All teams.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TeamList {
    /// By name.
    pub teams: Vec<TeamView>,
}

/// A team, and who could be in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TeamPeople {
    /// The team.
    pub team: TeamView,
    /// Those who work with cases and are not in it, by name.
    pub others: Vec<TeamPerson>,
}

/// Who could look after a child whom somebody takes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Colleagues {
    /// The teams of whoever asks; of a supervisor all. By name.
    pub teams: Vec<TeamPerson>,
    /// Others who work with cases, by name.
    pub people: Vec<TeamPerson>,
}
