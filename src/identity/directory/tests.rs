use super::*;

const HEADER: &str = "Identification nationale PP|Code profession|Code savoir-faire|Numéro FINESS site|Numéro SIRET site|\
                      Ancien identifiant de la structure|Code secteur d'activité|Code section tableau pharmaciens\n";
const PHYSICIAN: &str = "899700218896";
const NURSE: &str = "0999999999";

fn directory(lines: &str) -> Directory {
    Directory::read(format!("{HEADER}{lines}").as_bytes()).unwrap()
}

fn person(id: &str) -> PsIdNat {
    PsIdNat::new(id).unwrap()
}

fn structures(professional: &Professional) -> Vec<&str> {
    professional.structures.iter().map(StructIdNat::as_str).collect()
}

fn specialities(professional: &Professional) -> Vec<&str> {
    professional.specialities.iter().map(|speciality| speciality.0.as_str()).collect()
}

#[test]
fn several_activities_of_one_person_come_together() {
    let directory = directory(
        "899700218896|10|SM26|0B0999002||10B0999002|SA07|\n\
         0999999999|60||0B0999001|||SA01|\n\
         899700218896|10|SM04|0B0999001||10B0999001|SA01|\n",
    );
    let physician = directory.professional(&person(PHYSICIAN)).unwrap();
    assert_eq!(physician.profession.0, "10");
    assert_eq!(specialities(&physician), ["SM04", "SM26"]);
    assert_eq!(structures(&physician), ["10B0999001", "10B0999002"]);
    let nurse = directory.professional(&person(NURSE)).unwrap();
    assert_eq!((nurse.profession.0.as_str(), structures(&nurse)), ("60", vec!["10B0999001"]));
    assert_eq!(directory.reading().activities, 3);
}

#[test]
fn a_structure_is_known_by_each_of_its_identifiers() {
    let directory = directory("899700218896|10||0B0999002|34193006780006|499700237045007|SA07|\n");
    for id in ["10B0999002", "334193006780006", "499700237045007"] {
        let id = StructIdNat::new(id).unwrap();
        assert!(directory.knows_structure(&id));
        assert_eq!(directory.sector_of(&id), Some("SA07"));
    }
    assert!(!directory.knows_structure(&StructIdNat::new("10B0999003").unwrap()));
    assert_eq!(directory.sector_of(&StructIdNat::new("10B0999003").unwrap()), None);
}

#[test]
fn a_pharmacists_section_is_a_speciality() {
    let directory = directory("899700218896|21||0B0999003||10B0999003|SA33|A\n");
    assert_eq!(specialities(&directory.professional(&person(PHYSICIAN)).unwrap()), ["A"]);
}

#[test]
fn someone_without_an_activity_has_ended() {
    let directory = directory("899700218896|10|SM26|||||\n");
    assert_eq!(directory.professional(&person(PHYSICIAN)), Err(Unidentified::Ended));
}

#[test]
fn someone_who_is_not_there_is_not_registered() {
    let directory = directory("899700218896|10||0B0999002||||\n");
    assert_eq!(directory.professional(&person(NURSE)), Err(Unidentified::NotRegistered));
    let employee = person("30B0999002/CPET00001");
    assert_eq!(directory.professional(&employee), Err(Unidentified::NotRegistered));
}

#[test]
fn two_professions_at_once_are_ambiguous_but_an_ended_one_does_not_count() {
    let both = directory("899700218896|10||0B0999002||||\n899700218896|21||0B0999003||||\n");
    assert_eq!(both.professional(&person(PHYSICIAN)), Err(Unidentified::AmbiguousProfession));
    let one = directory("899700218896|10||0B0999002||||\n899700218896|21||||||\n");
    assert_eq!(one.professional(&person(PHYSICIAN)).unwrap().profession.0, "10");
}

#[test]
fn bad_lines_are_skipped_counted_and_named() {
    let directory = directory(
        "899700218895|10||0B0999002||||\n\
         899700218896|10||0B0999002||||\n\
         \n\
         too|short\n\
         899700218896||SM26|0B0999002||||\n\
         899700218896|21||0B0999003|||||more\n",
    );
    let reading = directory.reading();
    assert_eq!((reading.activities, reading.skipped), (1, 4));
    let named: Vec<String> = reading.first_skipped.iter().map(ToString::to_string).collect();
    assert_eq!(
        named,
        [
            "line 2: no valid national identifier of a person",
            "line 5: another number of columns than the header",
            "line 6: no profession",
            "line 7: another number of columns than the header"
        ]
    );
}

#[test]
fn bytes_that_are_no_text_make_one_bad_line() {
    let mut file = HEADER.as_bytes().to_vec();
    file.extend_from_slice(b"899700218896|10|\xff|0B0999002||||\n0999999999|60||0B0999001||||\n");
    let directory = Directory::read(&file[..]).unwrap();
    assert_eq!(directory.reading().first_skipped, [Skipped { line: 2, why: Skip::Bytes }]);
    assert!(directory.professional(&person(NURSE)).is_ok());
}

#[test]
fn quotes_around_fields_are_taken_off_and_a_lone_quote_swallows_nothing() {
    let quoted = "\u{feff}\"Identification nationale PP\"|\"Code profession\"|\"Raison sociale site\"|\"Num\u{e9}ro FINESS site\"|\r\n\
                  \"899700218896\"|\"10\"|\"Le \"\"Bon\"\" Soin\"|\"0B0999002\"|\r\n\
                  0999999999|60|\"Sans fin|0B0999001|\r\n\
                  810101010100|60||0B0999001|\r\n";
    let directory = Directory::read(quoted.as_bytes()).unwrap();
    assert_eq!(structures(&directory.professional(&person(PHYSICIAN)).unwrap()), ["10B0999002"]);
    assert_eq!(structures(&directory.professional(&person(NURSE)).unwrap()), ["10B0999001"]);
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let file = "Numéro FINESS site|autre|CODE PROFESSION|Identification nationale PP\n0B0999002|x|10|899700218896\n";
    let directory = Directory::read(file.as_bytes()).unwrap();
    assert_eq!(structures(&directory.professional(&person(PHYSICIAN)).unwrap()), ["10B0999002"]);
}

#[test]
fn a_file_that_is_no_directory_is_refused() {
    assert!(matches!(Directory::read(&b""[..]), Err(DirectoryFault::Empty)));
    let missing = |header: &str| match Directory::read(header.as_bytes()) {
        Err(DirectoryFault::MissingColumn(name)) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing("a|b|c\n"), "Identification nationale PP");
    assert_eq!(missing("Identification nationale PP|a\n"), "Code profession");
    assert_eq!(missing("Identification nationale PP|Code profession\n"), "Ancien identifiant de la structure");
}

#[test]
fn the_last_line_needs_no_end() {
    let directory = directory("899700218896|10||0B0999002||||");
    assert!(directory.professional(&person(PHYSICIAN)).is_ok());
}

#[test]
fn a_student_exercises_no_profession_yet() {
    let header = "Identification nationale PP|Code profession|Code catégorie professionnelle|Numéro FINESS site\n";
    let of = |lines: &str| Directory::read(format!("{header}{lines}").as_bytes()).unwrap();
    let student = of("899700218896|10|E|0B0999002\n0999999999|60|C|0B0999001\n");
    assert_eq!(student.professional(&person(PHYSICIAN)), Err(Unidentified::NotRegistered));
    assert!(student.professional(&person(NURSE)).is_ok());
    assert_eq!((student.reading().activities, student.reading().skipped), (1, 0));
    let nurse_who_studies = of("899700218896|10|E|0B0999002\n899700218896|60|C|0B0999001\n");
    let nurse = nurse_who_studies.professional(&person(PHYSICIAN)).unwrap();
    assert_eq!((nurse.profession.0.as_str(), structures(&nurse)), ("60", vec!["10B0999001"]));
}

#[test]
fn a_line_without_an_end_is_not_read_into_memory_for_ever() {
    let endless = HEADER.as_bytes().chain(io::repeat(b'x'));
    assert!(matches!(Directory::read(endless), Err(DirectoryFault::LongLine(2))));
}

#[test]
fn a_file_that_breaks_off_says_after_which_line() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let lines = format!("{HEADER}899700218896|10||0B0999002||||\n");
    let fault = Directory::read(lines.as_bytes().chain(Broken)).unwrap_err();
    assert_eq!(fault.to_string(), "the directory cannot be read beyond line 2");
}
