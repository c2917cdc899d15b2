//! The demonstration's directory of professionals, in the columns of the national extraction.

use super::cast::{
    Card, Cast, CastCaller,
    callers::{CLINIC, ELSEWHERE, HOSPITAL, PHARMACY, PRACTICE},
};
use crate::{identity::COLUMNS, record::professional::Speciality};

/// Sectors of activity (TRE_R02) of the structures: public hospital, private practice, pharmacy, private clinic.
const SECTORS: [(&str, &str, &str); 5] = [
    (HOSPITAL, "SA01", "Hôpital de démonstration"),
    (PRACTICE, "SA07", "Cabinet de démonstration"),
    (PHARMACY, "SA33", "Pharmacie de démonstration"),
    (CLINIC, "SA04", "Clinique de démonstration"),
    (ELSEWHERE, "SA07", "Autre cabinet de démonstration"),
];

/// The file: a header with all columns of the extraction, and one line for each registered professional.
pub fn directory_file(cast: &Cast) -> String {
    let header = COLUMNS.join("|");
    let lines = cast.callers.iter().filter_map(line_of);
    std::iter::once(header).chain(lines).fold(String::new(), |file, line| file + &line + "\n")
}

fn line_of(caller: &CastCaller) -> Option<String> {
    let fields = fields_of(caller)?;
    let value_of = |column: &&str| fields.iter().find(|(name, _)| name == column).map_or("", |(_, value)| *value);
    Some(COLUMNS.iter().map(value_of).collect::<Vec<_>>().join("|"))
}

fn fields_of(caller: &CastCaller) -> Option<Vec<(&'static str, &str)>> {
    let Card::Professional { id, called, profession, title, speciality } = &caller.card else { return None };
    let (register, number) = id.as_str().split_at_checked(1)?;
    let structure = caller.structure.as_str();
    let (_, sector, name) = SECTORS.into_iter().find(|(known, _, _)| *known == structure)?;
    let mut fields = vec![
        ("Type d'identifiant PP", register),
        ("Identifiant PP", number),
        ("Identification nationale PP", id.as_str()),
        ("Nom d'exercice", called.family),
        ("Prénom d'exercice", called.given),
        ("Code profession", profession.0.as_str()),
        ("Libellé profession", title),
        ("Code catégorie professionnelle", "C"),
        ("Libellé catégorie professionnelle", "Civil"),
        ("Numéro FINESS site", structure.strip_prefix('1')?),
        ("Raison sociale site", name),
        ("Ancien identifiant de la structure", structure),
        ("Code secteur d'activité", sector),
    ];
    fields.extend(speciality.iter().flat_map(skill_of));
    Some(fields)
}

/// Specialities of physicians stand in one column, sections of pharmacists, which are single letters, in another.
fn skill_of(speciality: &Speciality) -> Vec<(&'static str, &str)> {
    let code = speciality.0.as_str();
    if code.len() == 1 {
        vec![("Code section tableau pharmaciens", code)]
    } else {
        vec![("Code type savoir-faire", "S"), ("Code savoir-faire", code)]
    }
}

#[cfg(test)]
mod tests;
