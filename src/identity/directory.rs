//! The national directory of professionals (Annuaire Santé), from its free-access extraction `PS_LibreAcces_Personne_activite`:
//! one line per activity, fields between pipes, columns found by their names. Two million lines fit in about 150 MB: a line
//! becomes 24 bytes, and what repeats is kept once.

mod header;
mod interner;
mod situation;

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
};

pub use header::COLUMNS;
use header::{Header, Line};
use interner::{Full, Interner};

use super::unidentified::Unidentified;
use crate::record::{
    identity::{PsIdNat, StructIdNat},
    professional::{Profession, Professional, Speciality},
};

/// The national identifiers of the directory have at most 12 characters; shorter ones are padded with zero bytes.
type PersonKey = [u8; 12];

/// Bytes of the longest line that is read: real ones have less than a thousand.
const LONGEST: usize = 64 * 1024;

/// One activity: indexes into what is kept once; 0 stands for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Activity {
    person: PersonKey,
    profession: u16,
    speciality: u16,
    section: u16,
    place: u32,
}

/// The directory.
#[derive(Debug)]
pub struct Directory {
    /// Sorted by person.
    activities: Vec<Activity>,
    /// Professions, specialities, sections and sectors of activity.
    codes: Interner<u8>,
    structures: Interner<u8>,
    /// The identifiers of one place of practice, as indexes of structures.
    places: Interner<u32>,
    /// The sector of each structure, as an index of codes.
    sectors: Vec<u16>,
    reading: Reading,
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// How many activities.
    pub activities: usize,
    /// How many lines were skipped.
    pub skipped: usize,
    /// The first skipped lines.
    pub first_skipped: Vec<Skipped>,
}

/// A line that was skipped. What stands in it is not told: it names people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Its number, from 1 for the header.
    pub line: u64,
    /// Why.
    pub why: Skip,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// Why a line was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Skip {
    /// It is not UTF-8.
    #[error("bytes that are no UTF-8")]
    Bytes,
    /// It has fewer columns than the header, or more that are not empty.
    #[error("another number of columns than the header")]
    Width,
    /// It names no person, or a number that is none.
    #[error("no valid national identifier of a person")]
    Person,
    /// It names no profession.
    #[error("no profession")]
    Profession,
}

impl Reading {
    /// So many skipped lines are named.
    pub const NAMED: usize = 20;

    fn skip(&mut self, line: u64, why: Skip) {
        self.skipped += 1;
        if self.first_skipped.len() < Self::NAMED {
            self.first_skipped.push(Skipped { line, why });
        }
    }
}

/// Why there is no directory.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryFault {
    /// It cannot be read.
    #[error("the directory cannot be read beyond line {line}")]
    Unreadable {
        /// The last line that was read; 0 where not even the header was.
        line: u64,
        /// Why.
        source: io::Error,
    },
    /// A line is longer than any of a directory: the file is another.
    #[error("line {0} of the directory is longer than {LONGEST} bytes")]
    LongLine(u64),
    /// It has no header.
    #[error("the directory is empty")]
    Empty,
    /// A column without which it is worth nothing is missing.
    #[error("the directory has no column {0:?}")]
    MissingColumn(&'static str),
    /// It has more different codes or structures than can be counted.
    #[error("the directory has too many different codes or structures to be one")]
    TooMuch,
}

impl From<Full> for DirectoryFault {
    fn from(Full: Full) -> Self {
        Self::TooMuch
    }
}

impl Directory {
    /// Reads a directory. Lines that cannot be understood are skipped and counted, never guessed. A student's line gives no
    /// activity: who is a student and nothing else is not registered here.
    ///
    /// # Errors
    /// It cannot be read, or its header is not that of a directory.
    pub fn read(source: impl Read) -> Result<Self, DirectoryFault> {
        let mut lines = Lines { source: BufReader::with_capacity(1 << 16, source), buffer: Vec::new(), number: 0 };
        let header = Header::read(&String::from_utf8_lossy(lines.next()?.ok_or(DirectoryFault::Empty)?.1))?;
        let mut directory = Self::empty();
        while let Some((number, line)) = lines.next()? {
            directory.take(&header, line, number)?;
        }
        directory.settle();
        Ok(directory)
    }

    fn empty() -> Self {
        Self {
            activities: Vec::new(),
            codes: Interner::beginning_empty(),
            structures: Interner::default(),
            places: Interner::beginning_empty(),
            sectors: Vec::new(),
            reading: Reading::default(),
        }
    }

    fn take(&mut self, header: &Header, bytes: &[u8], number: u64) -> Result<(), DirectoryFault> {
        if bytes.trim_ascii().is_empty() {
            return Ok(());
        }
        let line = match std::str::from_utf8(bytes).map_err(|_| Skip::Bytes).and_then(|text| header.line(text)) {
            Ok(line) => line,
            Err(why) => {
                self.reading.skip(number, why);
                return Ok(());
            }
        };
        if line.is_student {
            return Ok(());
        }
        let activity = Activity {
            person: line.person,
            profession: self.code(line.profession)?,
            speciality: self.code(line.speciality)?,
            section: self.code(line.section)?,
            place: self.place(&line)?,
        };
        self.activities.push(activity);
        Ok(())
    }

    fn code(&mut self, code: &str) -> Result<u16, DirectoryFault> {
        let index = self.codes.index_of(code.as_bytes())?;
        u16::try_from(index).map_err(|_| DirectoryFault::TooMuch)
    }

    fn place(&mut self, line: &Line<'_>) -> Result<u32, DirectoryFault> {
        let sector = self.code(line.sector)?;
        let structures: Vec<u32> = line.structures().map(|id| self.structure(&id, sector)).collect::<Result<_, _>>()?;
        Ok(self.places.index_of(&structures)?)
    }

    /// The index of a structure; the first sector that is told of it stays.
    fn structure(&mut self, id: &StructIdNat, sector: u16) -> Result<u32, Full> {
        let index = self.structures.index_of(id.as_str().as_bytes())?;
        match self.sectors.get_mut(index as usize) {
            Some(known) if *known == 0 => *known = sector,
            Some(_) => {}
            None => self.sectors.push(sector),
        }
        Ok(index)
    }

    fn settle(&mut self) {
        self.activities.sort_unstable();
        self.activities.dedup();
        self.activities.shrink_to_fit();
        self.reading.activities = self.activities.len();
    }

    /// What was read and what was skipped.
    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The professional as the directory knows them today: only activities with a place count.
    ///
    /// # Errors
    /// Unknown, without any activity, or of several professions at once.
    pub fn professional(&self, id: &PsIdNat) -> Result<Professional, Unidentified> {
        let activities = self.activities_of(id);
        if activities.is_empty() {
            return Err(Unidentified::NotRegistered);
        }
        let activities: Vec<&Activity> = activities.iter().filter(|activity| activity.place != 0).collect();
        let first = activities.first().ok_or(Unidentified::Ended)?;
        if activities.iter().any(|activity| activity.profession != first.profession) {
            return Err(Unidentified::AmbiguousProfession);
        }
        let structures = self.structures_of(&activities);
        if structures.is_empty() {
            return Err(Unidentified::Ended);
        }
        Ok(Professional {
            id: id.clone(),
            profession: Profession(self.code_at(first.profession).to_owned()),
            specialities: self.specialities_of(&activities),
            structures,
        })
    }

    /// The place where a professional practises, where there is only one: by the first of its identifiers.
    pub fn sole_workplace_of(&self, id: &PsIdNat) -> Option<StructIdNat> {
        let mut places = self.activities_of(id).iter().map(|activity| activity.place).filter(|place| *place != 0);
        let first = places.next()?;
        let place = places.all(|place| place == first).then(|| self.places.get(first)).flatten()?;
        place.iter().find_map(|index| StructIdNat::new(self.structures.text(*index)).ok())
    }

    fn activities_of(&self, id: &PsIdNat) -> &[Activity] {
        let Some(key) = header::key_of(id.as_str()) else { return &[] };
        let start = self.activities.partition_point(|activity| activity.person < key);
        let rest = self.activities.get(start..).unwrap_or_default();
        let count = rest.partition_point(|activity| activity.person == key);
        rest.get(..count).unwrap_or_default()
    }

    fn specialities_of(&self, activities: &[&Activity]) -> Vec<Speciality> {
        let codes = activities.iter().flat_map(|activity| [activity.speciality, activity.section]);
        let mut codes: Vec<&str> = codes.filter(|code| *code != 0).map(|code| self.code_at(code)).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.into_iter().map(|code| Speciality(code.to_owned())).collect()
    }

    fn structures_of(&self, activities: &[&Activity]) -> Vec<StructIdNat> {
        let places = activities.iter().filter_map(|activity| self.places.get(activity.place));
        let mut structures: Vec<StructIdNat> =
            places.flatten().filter_map(|index| StructIdNat::new(self.structures.text(*index)).ok()).collect();
        structures.sort();
        structures.dedup();
        structures
    }

    fn code_at(&self, index: u16) -> &str {
        self.codes.text(u32::from(index))
    }

    /// Whether any activity takes place in that structure.
    pub fn knows_structure(&self, structure: &StructIdNat) -> bool {
        self.structures.find(structure.as_str().as_bytes()).is_some()
    }

    /// The sector of activity of a structure, a code of TRE_R02 such as `SA07`, where the directory tells one.
    pub fn sector_of(&self, structure: &StructIdNat) -> Option<&str> {
        let index = self.structures.find(structure.as_str().as_bytes())?;
        let sector = self.sectors.get(index as usize).copied().filter(|sector| *sector != 0)?;
        Some(self.code_at(sector))
    }
}

/// The lines of a file, one at a time in the same piece of memory.
struct Lines<R> {
    source: BufReader<R>,
    buffer: Vec<u8>,
    number: u64,
}

impl<R: Read> Lines<R> {
    /// The next line, with its number from 1; nothing after the last.
    fn next(&mut self) -> Result<Option<(u64, &[u8])>, DirectoryFault> {
        self.buffer.clear();
        let mut bounded = self.source.by_ref().take(LONGEST as u64 + 1);
        let read = bounded.read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|source| DirectoryFault::Unreadable { line: self.number, source })?;
        self.number += u64::from(read > 0);
        if read > LONGEST {
            return Err(DirectoryFault::LongLine(self.number));
        }
        Ok((read > 0).then_some((self.number, self.buffer.as_slice())))
    }
}

#[cfg(test)]
mod tests;
