//! Whose records there are. The first two identities are official ones of the national test range; the others are numbers of
//! nobody: department and commune of birth do not exist.

use jiff::civil::{Date, date};

use super::{CastHolder, matricule_of};
use crate::record::identity::{IdentityError, Ins, InsSystem};

pub(super) fn all() -> Result<Vec<CastHolder>, IdentityError> {
    Ok(vec![
        holder("open", "2790351215189", date(1979, 3, 28), "an ordinary open record")?,
        holder(
            "masked",
            "2770763220829",
            date(1977, 7, 14),
            "an open record with masked and patient-hidden documents",
        )?,
        holder("closed", "1500199999001", date(1950, 1, 1), "a record that its holder closed")?,
        holder("none", "1600199999002", date(1960, 1, 1), "someone who has no record")?,
        holder("minor", "2200199999003", date(2020, 1, 1), "an open record of a child")?,
    ])
}

fn holder(
    name: &'static str,
    number: &str,
    birth_date: Date,
    story: &'static str,
) -> Result<CastHolder, IdentityError> {
    let ins = Ins::new(InsSystem::NirTest.uri(), &matricule_of(number)?)?;
    Ok(CastHolder { name, ins, birth_date, story })
}
