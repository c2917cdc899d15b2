//! The columns of the extraction, found by name, and one line seen through them.

use super::{DirectoryFault, PersonKey, Skip};
use crate::record::identity::{PsIdNat, StructIdNat};

/// The columns of the national extraction, in its order.
pub const COLUMNS: [&str; 56] = [
    "Type d'identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Code civilité d'exercice",
    "Libellé civilité d'exercice",
    "Code civilité",
    "Libellé civilité",
    "Nom d'exercice",
    "Prénom d'exercice",
    "Code profession",
    "Libellé profession",
    "Code catégorie professionnelle",
    "Libellé catégorie professionnelle",
    "Code type savoir-faire",
    "Libellé type savoir-faire",
    "Code savoir-faire",
    "Libellé savoir-faire",
    "Code mode exercice",
    "Libellé mode exercice",
    "Numéro SIRET site",
    "Numéro SIREN site",
    "Numéro FINESS site",
    "Numéro FINESS établissement juridique",
    "Identifiant technique de la structure",
    "Raison sociale site",
    "Enseigne commerciale site",
    "Complément destinataire (coord. structure)",
    "Complément point géographique (coord. structure)",
    "Numéro Voie (coord. structure)",
    "Indice répétition voie (coord. structure)",
    "Code type de voie (coord. structure)",
    "Libellé type de voie (coord. structure)",
    "Libellé Voie (coord. structure)",
    "Mention distribution (coord. structure)",
    "Bureau cedex (coord. structure)",
    "Code postal (coord. structure)",
    "Code commune (coord. structure)",
    "Libellé commune (coord. structure)",
    "Code pays (coord. structure)",
    "Libellé pays (coord. structure)",
    "Téléphone (coord. structure)",
    "Téléphone 2 (coord. structure)",
    "Télécopie (coord. structure)",
    "Adresse e-mail (coord. structure)",
    "Code Département (structure)",
    "Libellé Département (structure)",
    "Ancien identifiant de la structure",
    "Autorité d'enregistrement",
    "Code secteur d'activité",
    "Libellé secteur d'activité",
    "Code section tableau pharmaciens",
    "Libellé section tableau pharmaciens",
    "Code rôle",
    "Libellé rôle",
    "Code genre activité",
    "Libellé genre activité",
];

/// The column that holds a Struct_IdNat as it stands.
const FORMER_ID: &str = "Ancien identifiant de la structure";

/// The professional category of students (TRE_R09 `E`). The order on the matrix has no column for them.
const STUDENT: &str = "E";

/// Where the columns stand in this file.
#[derive(Debug)]
pub struct Header {
    width: usize,
    person: usize,
    profession: usize,
    speciality: Option<usize>,
    section: Option<usize>,
    category: Option<usize>,
    sector: Option<usize>,
    former_id: Option<usize>,
    finess_site: Option<usize>,
    finess_entity: Option<usize>,
    siret: Option<usize>,
    siren: Option<usize>,
    technical_id: Option<usize>,
}

/// What counts of one line.
#[derive(Debug)]
pub struct Line<'a> {
    /// The person.
    pub person: PersonKey,
    /// The profession.
    pub profession: &'a str,
    /// The speciality, or nothing.
    pub speciality: &'a str,
    /// The pharmacists' section, or nothing.
    pub section: &'a str,
    /// Whether the person is a student of the profession, who does not exercise it.
    pub is_student: bool,
    /// The sector of activity, or nothing.
    pub sector: &'a str,
    /// Prefixes and numbers which together may name the structure.
    names: [(&'static str, &'a str); 6],
}

impl Line<'_> {
    /// The identifiers of the structure: all that are well formed, for law and teams may name it by any of them.
    pub fn structures(&self) -> impl Iterator<Item = StructIdNat> {
        let named = self.names.iter().filter(|(_, number)| !number.is_empty());
        named.filter_map(|(prefix, number)| StructIdNat::new(&format!("{prefix}{number}")).ok())
    }
}

impl Header {
    /// Reads a header line.
    ///
    /// # Errors
    /// A column is missing without which nobody is identified.
    pub fn read(line: &str) -> Result<Self, DirectoryFault> {
        let names: Vec<String> = fields(line.trim_start_matches('\u{feff}')).map(plain).collect();
        let find = |name: &str| names.iter().position(|column| *column == plain(name));
        let need = |name: &'static str| find(name).ok_or(DirectoryFault::MissingColumn(name));
        let (person, profession) = (need("Identification nationale PP")?, need("Code profession")?);
        let places = [FORMER_ID, "Numéro FINESS site", "Numéro SIRET site"];
        if places.into_iter().all(|name| find(name).is_none()) {
            return Err(DirectoryFault::MissingColumn(FORMER_ID));
        }
        Ok(Self {
            width: names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1),
            person,
            profession,
            former_id: find(FORMER_ID),
            speciality: find("Code savoir-faire"),
            section: find("Code section tableau pharmaciens"),
            category: find("Code catégorie professionnelle"),
            sector: find("Code secteur d'activité"),
            finess_site: find("Numéro FINESS site"),
            finess_entity: find("Numéro FINESS établissement juridique"),
            siret: find("Numéro SIRET site"),
            siren: find("Numéro SIREN site"),
            technical_id: find("Identifiant technique de la structure"),
        })
    }

    /// One line.
    ///
    /// # Errors
    /// It has another width, no valid person or no profession.
    pub fn line<'a>(&self, text: &'a str) -> Result<Line<'a>, Skip> {
        let all: Vec<&str> = fields(text).collect();
        let extra = all.get(self.width..).filter(|extra| extra.iter().all(|field| field.is_empty()));
        extra.ok_or(Skip::Width)?;
        let at = |column: Option<usize>| column.and_then(|at| all.get(at).copied()).unwrap_or_default();
        let person = PsIdNat::new(at(Some(self.person))).map_err(|_| Skip::Person)?;
        let profession = at(Some(self.profession));
        if profession.is_empty() {
            return Err(Skip::Profession);
        }
        Ok(Line {
            person: key_of(person.as_str()).ok_or(Skip::Person)?,
            profession,
            speciality: at(self.speciality),
            section: at(self.section),
            is_student: at(self.category).eq_ignore_ascii_case(STUDENT),
            sector: at(self.sector),
            names: [
                ("", at(self.former_id)),
                ("1", at(self.finess_site)),
                ("1", at(self.finess_entity)),
                ("3", at(self.siret)),
                ("2", at(self.siren)),
                ("", at(self.technical_id)),
            ],
        })
    }
}

/// The key of a person of the national registers; nothing for a longer number, which only structures give.
pub fn key_of(id: &str) -> Option<PersonKey> {
    let mut key = PersonKey::default();
    key.get_mut(..id.len())?.copy_from_slice(id.as_bytes());
    Some(key)
}

/// The fields of a line, without the quotes that some editions put around them. A pipe inside quotes makes the line too wide,
/// so that it is skipped: no quote can swallow what follows it.
fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.trim_end_matches(['\r', '\n']).split('|').map(unquoted)
}

fn unquoted(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(field).trim()
}

/// A column's name without differences that do not matter: typographic apostrophes, case.
fn plain(name: &str) -> String {
    name.replace('\u{2019}', "'").to_lowercase()
}
