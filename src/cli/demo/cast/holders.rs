//! Whose records there are. The first two identities are official ones of the national test range; the others are numbers of
//! nobody: department and commune of birth do not exist. The names of the others are made up.

use jiff::civil::{Date, date};

use super::{CastHolder, matricule_of};
use crate::record::{
    holder::Traits,
    identity::{IdentityError, Ins, InsSystem},
};

pub(super) fn all() -> Result<Vec<CastHolder>, IdentityError> {
    Ok(vec![
        holder("open", "2790351215189", date(1979, 3, 28), "an ordinary open record")?
            .called("PAT-TROIS", &["DOMINIQUE"], "female")
            .born_at("51215"),
        holder(
            "masked",
            "2770763220829",
            date(1977, 7, 14),
            "an open record with masked and patient-hidden documents",
        )?
        .called("NESSI", &["RUTH", "ISABELLE"], "female")
        .known_as("DECOURCY"),
        holder("closed", "1500199999001", date(1950, 1, 1), "a record that its holder closed")?.called(
            "PAT-CLOS",
            &["ANSELME"],
            "male",
        ),
        holder("none", "1600199999002", date(1960, 1, 1), "someone who has no record")?.called(
            "PAT-SANS",
            &["BASILE"],
            "male",
        ),
        holder("minor", "2200199999003", date(2020, 1, 1), "an open record of a child")?.called(
            "PAT-MINEUR",
            &["LOUISON"],
            "female",
        ),
    ])
}

fn holder(
    name: &'static str,
    number: &str,
    birth_date: Date,
    story: &'static str,
) -> Result<CastHolder, IdentityError> {
    let ins = Ins::new(InsSystem::NirTest.uri(), &matricule_of(number)?)?;
    let traits = Traits {
        family: String::new(),
        given: Vec::new(),
        used_family: None,
        used_given: None,
        gender: "unknown".to_owned(),
        birth_place: None,
    };
    Ok(CastHolder { name, ins, birth_date, traits, story })
}

impl CastHolder {
    /// The same with that name at birth and sex.
    fn called(mut self, family: &str, given: &[&str], gender: &str) -> Self {
        family.clone_into(&mut self.traits.family);
        self.traits.given = given.iter().map(|&name| name.to_owned()).collect();
        gender.clone_into(&mut self.traits.gender);
        self
    }

    /// The same born in that commune.
    fn born_at(mut self, code: &str) -> Self {
        self.traits.birth_place = Some(code.to_owned());
        self
    }

    /// The same with a name in use.
    fn known_as(mut self, family: &str) -> Self {
        self.traits.used_family = Some(family.to_owned());
        self
    }
}
