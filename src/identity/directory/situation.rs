//! Situations of practice: one professional at one structure.

use super::{Activity, Directory};
use crate::{
    identity::unidentified::Unidentified,
    record::{
        identity::{PsIdNat, StructIdNat},
        professional::{Profession, Professional},
    },
};

impl Directory {
    /// The professional as they practise at that structure. What is `told` by an issuer that may tell chooses among the professions that
    /// they practise there, and adds none.
    ///
    /// # Errors
    /// Unknown, not at that structure, of several professions there, or of none that is told.
    pub fn professional_at(
        &self,
        id: &PsIdNat,
        structure: &StructIdNat,
        told: &[Profession],
    ) -> Result<Professional, Unidentified> {
        let all = self.activities_of(id);
        if all.is_empty() {
            return Err(Unidentified::NotRegistered);
        }
        let here: Vec<&Activity> = all.iter().filter(|activity| self.is_at(activity, structure)).collect();
        let mut professions: Vec<u16> = here.iter().map(|activity| activity.profession).collect();
        professions.sort_unstable();
        professions.dedup();
        if !told.is_empty() {
            professions.retain(|code| told.iter().any(|told| told.0 == self.code_at(*code)));
        }
        let profession = match professions.as_slice() {
            [] if here.is_empty() => return Err(Unidentified::NotAtStructure),
            [] => return Err(Unidentified::ProfessionContradicted),
            [only] => *only,
            _ => return Err(Unidentified::AmbiguousProfession),
        };
        let acting: Vec<&Activity> = here.into_iter().filter(|activity| activity.profession == profession).collect();
        Ok(Professional {
            id: id.clone(),
            profession: Profession(self.code_at(profession).to_owned()),
            specialities: self.specialities_of(&acting),
            structures: self.structures_of(&acting),
        })
    }

    /// Whether both identifiers name one place where the person practises: a place has several, such as its FINESS and its SIRET.
    pub fn are_one_place(&self, id: &PsIdNat, one: &StructIdNat, other: &StructIdNat) -> bool {
        one == other || self.activities_of(id).iter().any(|at| self.is_at(at, one) && self.is_at(at, other))
    }

    fn is_at(&self, activity: &Activity, structure: &StructIdNat) -> bool {
        let Some(wanted) = self.structures.find(structure.as_str().as_bytes()) else { return false };
        self.places.get(activity.place).is_some_and(|place| place.contains(&wanted))
    }
}

#[cfg(test)]
mod tests;
