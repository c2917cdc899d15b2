use std::{collections::BTreeMap, path::Path};

use super::{cast::*, decide, the_law};
use crate::{
    policy::{Column, Matrix, MatrixError},
    record::{
        caller::Who,
        code::Code,
        professional::{Profession, Professional, Speciality},
    },
};

/// SHA-256 of the sorted lines `system code column cross` of every cell.
const DIGEST: &str = "7edf4559e12fc37781dcf7cd521e722288fcf400d28eb84ef944a425b66d54bf";

fn lines(matrix: &Matrix) -> Vec<String> {
    let mut lines: Vec<String> = matrix
        .cells()
        .into_iter()
        .map(|(system, code, column, cross)| format!("{system} {code} {} {}\n", column.heading(), u8::from(cross)))
        .collect();
    lines.sort();
    lines
}

#[test]
fn the_embedded_matrix_has_the_2052_known_cells() {
    let lines = lines(&Matrix::embedded().unwrap());
    assert_eq!(lines.len(), 2052);
    assert_eq!(lines.iter().filter(|line| line.ends_with(" 1\n")).count(), 912);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, lines.concat().as_bytes());
    assert_eq!(
        crate::record::hex(digest.as_ref()),
        DIGEST,
        "a cell of the matrix changed: check it against its source"
    );
}

// requirement: R1111-46@strictly-necessary
#[test]
fn every_cell_is_that_of_the_published_matrix() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/habilitation/habilitation.csv");
    let Ok(mut published) = csv::Reader::from_path(&path) else {
        println!("notice: the published matrix is not at hand; the digest alone vouches for the cells");
        return;
    };
    let heading = published.headers().unwrap().clone();
    let mut expected = Vec::new();
    for row in published.records().map(Result::unwrap) {
        for column in Column::ALL {
            let place = heading.iter().position(|name| name == column.heading()).unwrap();
            expected.push(format!("{} {} {} {}\n", &row[3], &row[2], column.heading(), &row[place]));
        }
    }
    expected.sort();
    assert_eq!(lines(&Matrix::embedded().unwrap()), expected);
}

// requirement: R1111-46@strictly-necessary
#[test]
fn a_member_of_the_team_sees_exactly_the_column_of_the_profession() {
    let law = the_law();
    let facts = ordinary_record();
    let cells = law.matrix().cells();
    let mut seen: BTreeMap<Column, usize> = BTreeMap::new();
    for (code, speciality) in PROFESSIONS {
        let member = professional(50, code, speciality, hospital());
        let column = Column::of(&member).unwrap();
        let permit = decide(&law, &asks(Who::Professional(member), search()), &facts).unwrap();
        for (system, code, _, cross) in cells.iter().filter(|(system, _, of, _)| *of == column && system != "variable")
        {
            let entry = entry(Code::new(system, code), Default::default(), vec![someone_else()]);
            assert_eq!(permit.admits(&entry), *cross, "{column:?} {code}");
        }
        *seen.entry(column).or_default() += 1;
    }
    assert_eq!(seen.len(), 13, "every column that a profession reaches");
}

const PROFESSIONS: [(&str, &str); 28] = [
    ("10", "SM26"),
    ("10", ""),
    ("21", "G"),
    ("21", "EG"),
    ("21", "A"),
    ("21", "H"),
    ("38", ""),
    ("39", ""),
    ("40", ""),
    ("50", ""),
    ("60", ""),
    ("69", ""),
    ("70", ""),
    ("80", ""),
    ("91", ""),
    ("92", ""),
    ("94", ""),
    ("95", ""),
    ("96", ""),
    ("26", ""),
    ("81", ""),
    ("82", ""),
    ("83", ""),
    ("84", ""),
    ("85", ""),
    ("28", ""),
    ("98", ""),
    ("10", "SM05"),
];

#[test]
fn an_occupational_physician_and_an_unknown_profession_have_no_column() {
    assert_eq!(Column::of(&outsider("10", "SM25")), None);
    assert_eq!(Column::of(&outsider("73", "")), None);
    assert_eq!(Column::of(&outsider("", "")), None);
    assert_eq!(Column::of(&outsider("41", "")), None, "roles are reached by nobody yet");
    let both = Professional {
        profession: Profession("10".to_owned()),
        specialities: vec![Speciality("SM26".to_owned()), Speciality("SM25".to_owned())],
        ..outsider("10", "")
    };
    assert_eq!(Column::of(&both), None, "the stricter regime holds");
}

#[test]
fn biologists_are_told_from_the_other_pharmacists_by_their_section() {
    assert_eq!(Column::of(&outsider("21", "G")), Some(Column::BiologistPharmacist));
    assert_eq!(Column::of(&outsider("21", "A")), Some(Column::DispensingPharmacist));
    assert_eq!(Column::of(&outsider("21", "")), Some(Column::DispensingPharmacist));
}

#[test]
fn one_row_is_found_under_every_spelling_of_its_system_and_none_under_another() {
    let matrix = Matrix::embedded().unwrap();
    let synthesis = |system| matrix.grants(Column::Nurse, &Code::new(system, "SYNTH"));
    assert_eq!(synthesis("urn:oid:1.2.250.1.213.1.1.4.12"), Some(true));
    let url = "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire";
    assert_eq!(synthesis(url), Some(true));
    assert_eq!(synthesis("http://loinc.org"), None);
    assert_eq!(synthesis(""), None);
    assert_eq!(matrix.grants(Column::Nurse, &Code::new("variable", "*DICOM-PROCEDURE*")), None);
}

fn with(edit: impl Fn(String) -> String) -> Result<Matrix, MatrixError> {
    Matrix::read(edit(include_str!("../habilitation.csv").to_owned()).as_bytes())
}

#[test]
fn a_matrix_that_is_not_whole_and_unambiguous_is_refused() {
    assert!(with(|text| text).is_ok());
    let row = "10,http://loinc.org,89233-1,1,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n";
    let duplicate = with(|text| text + row);
    assert!(matches!(duplicate, Err(MatrixError::Duplicate { line: 118 })), "{duplicate:?}");
    let cell = with(|text| text.replace(row, &row.replace(",1,0,", ",x,0,")));
    assert!(matches!(cell, Err(MatrixError::Cell { .. })), "{cell:?}");
    let system = with(|text| text.replace("urn:oid:1.2.250.1.213.1.1.4.12,REMB", "urn:oid:1.2.3,REMB"));
    assert!(matches!(system, Err(MatrixError::System { .. })), "{system:?}");
    let heading = with(|text| text.replace("medecin,pharmacien_biologiste", "pharmacien_biologiste,medecin"));
    assert!(matches!(heading, Err(MatrixError::Heading)), "{heading:?}");
    let ragged = with(|text| text + "95,http://loinc.org,1-8,1\n");
    assert!(matches!(ragged, Err(MatrixError::Unreadable(_))), "{ragged:?}");
    let heading_alone = |text: String| text.lines().filter(|line| line.starts_with("class_code")).collect();
    assert!(matches!(with(heading_alone), Err(MatrixError::Empty)));
    assert!(matches!(
        Matrix::read([0xff, b',', 0xfe].as_slice()),
        Err(MatrixError::Unreadable(_) | MatrixError::Heading)
    ));
}
