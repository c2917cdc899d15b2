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
    /// The professional as they practise at that structure. Where they practise several professions there, `told` by an issuer that may
    /// tell says in which one they act.
    ///
    /// # Errors
    /// Unknown, not at that structure, or of several professions there.
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
        if professions.len() > 1 {
            professions.retain(|code| told.iter().any(|told| told.0 == self.code_at(*code)));
        }
        let profession = match professions.as_slice() {
            [] if here.is_empty() => return Err(Unidentified::NotAtStructure),
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
mod tests {
    use super::*;

    const FILE: &str = "Identification nationale PP|Code profession|Code savoir-faire|Ancien identifiant de la structure|Numéro SIRET site\n\
                        899700218896|10|SM04|10B0999001|\n\
                        899700218896|10|SM05|10B0999002|\n\
                        899700218896|60||10B0999002|\n";

    fn directory() -> Directory {
        Directory::read(FILE.as_bytes()).unwrap()
    }

    fn at(structure: &str, told: &[&str]) -> Result<Professional, Unidentified> {
        let id = PsIdNat::new("899700218896").unwrap();
        let told: Vec<Profession> = told.iter().map(|code| Profession((*code).to_owned())).collect();
        directory().professional_at(&id, &StructIdNat::new(structure).unwrap(), &told)
    }

    #[test]
    fn a_professional_acts_where_the_call_comes_from_and_nowhere_else() {
        let here = at("10B0999001", &[]).unwrap();
        assert_eq!((here.profession.0.as_str(), here.structures.len()), ("10", 1));
        assert_eq!(here.specialities.len(), 1, "the speciality of another place is none of this one");
        assert_eq!(at("10B0999003", &[]), Err(Unidentified::NotAtStructure));
    }

    #[test]
    fn of_several_professions_at_one_place_one_must_be_told_that_the_directory_knows() {
        assert_eq!(at("10B0999002", &[]), Err(Unidentified::AmbiguousProfession));
        assert_eq!(at("10B0999002", &["21"]), Err(Unidentified::AmbiguousProfession));
        assert_eq!(at("10B0999002", &["10", "60"]), Err(Unidentified::AmbiguousProfession));
        assert_eq!(at("10B0999002", &["60"]).unwrap().profession.0, "60");
    }
}
