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
    assert_eq!(at("10B0999002", &["21"]), Err(Unidentified::ProfessionContradicted));
    assert_eq!(at("10B0999002", &["10", "60"]), Err(Unidentified::AmbiguousProfession));
    assert_eq!(at("10B0999002", &["60"]).unwrap().profession.0, "60");
}

#[test]
fn who_is_told_to_be_something_else_than_the_directory_knows_is_nobody() {
    assert_eq!(at("10B0999001", &["60"]), Err(Unidentified::ProfessionContradicted));
    assert_eq!(at("10B0999001", &["60", "10"]).unwrap().profession.0, "10");
}
