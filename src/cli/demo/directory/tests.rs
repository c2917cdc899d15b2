use super::*;
use crate::{
    identity::{Directory, Unidentified},
    record::identity::{PsIdNat, StructIdNat},
};

fn directory(cast: &Cast) -> Directory {
    Directory::read(directory_file(cast).as_bytes()).unwrap()
}

#[test]
fn every_professional_is_registered_as_the_cast_says() {
    let cast = Cast::assemble().unwrap();
    let directory = directory(&cast);
    assert_eq!(directory.reading().skipped, 0);
    for caller in &cast.callers {
        let Card::Professional { id, profession, speciality, .. } = &caller.card else { continue };
        let known = directory.professional(id).unwrap();
        assert_eq!(&known.profession, profession, "{}", caller.name);
        assert_eq!(known.specialities, speciality.iter().cloned().collect::<Vec<_>>());
        assert_eq!(known.structures, std::slice::from_ref(&caller.structure));
    }
}

#[test]
fn structures_have_their_sectors_and_the_front_end_is_not_among_them() {
    let cast = Cast::assemble().unwrap();
    let directory = directory(&cast);
    let sector = |name: &str| directory.sector_of(&cast.caller(name).unwrap().structure);
    assert_eq!(sector("hospital"), Some("SA01"));
    assert_eq!(sector("secretary"), Some("SA07"));
    assert_eq!(sector("blocked-pharmacist"), Some("SA33"));
    assert!(!directory.knows_structure(&cast.caller("ens").unwrap().structure));
    assert!(!directory.knows_structure(&StructIdNat::new("10B0999999").unwrap()));
}

#[test]
fn a_number_outside_the_cast_is_not_registered() {
    let cast = Cast::assemble().unwrap();
    let stranger = PsIdNat::new("899700075122").unwrap();
    assert_eq!(directory(&cast).professional(&stranger), Err(Unidentified::NotRegistered));
}

#[test]
fn the_header_has_all_columns_and_every_line_as_many_fields() {
    let file = directory_file(&Cast::assemble().unwrap());
    assert!(file.lines().all(|line| line.split('|').count() == 56));
}
