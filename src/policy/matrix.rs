//! The habilitation matrix (matrice d'habilitation): which profession may consult which type of document.
//!
//! Source: CSP R1111-46 al. 6, order of 26 October 2023. It is data: the file embedded here states its source, its date and how
//! far it can be trusted, and an operator may name another in the configuration.

use std::{collections::HashMap, io::Read};

use super::{column::Column, kind::TypeSystem};
use crate::record::code::Code;

/// The heads of the columns that name a row.
const NAMES: [&str; 3] = ["class_code", "type_system", "type_code"];

/// What stands in place of a system in the row for codes that vary.
const VARIABLE: &str = "variable";

/// The matrix, checked.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    loinc: HashMap<String, Row>,
    complement: HashMap<String, Row>,
    variable: HashMap<String, Row>,
}

/// The crosses of one row, one bit for each column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Row(u32);

impl Row {
    const fn bit(column: Column) -> u32 {
        1 << (column as u32)
    }

    const fn grants(self, column: Column) -> bool {
        self.0 & Self::bit(column) != 0
    }
}

/// Why a file is no matrix. Lines are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// It cannot be read as CSV in UTF-8.
    #[error("the matrix cannot be read")]
    Unreadable(#[from] csv::Error),
    /// Its heading is not the three names of a row and the nineteen columns, in their order.
    #[error("the heading of the matrix is not that of the nineteen columns")]
    Heading,
    /// A row names no known system of types.
    #[error("line {line} of the matrix names an unknown system of types")]
    System {
        /// The line.
        line: u64,
    },
    /// A cell is neither 0 nor 1.
    #[error("line {line} of the matrix holds a cell that is neither 0 nor 1")]
    Cell {
        /// The line.
        line: u64,
    },
    /// A type stands twice.
    #[error("line {line} of the matrix repeats a type")]
    Duplicate {
        /// The line.
        line: u64,
    },
    /// There is no row.
    #[error("the matrix has no row")]
    Empty,
}

impl Matrix {
    /// Reads and checks a matrix: CSV in UTF-8, `#` begins a comment line.
    ///
    /// # Errors
    /// Anything that is not a whole and unambiguous matrix.
    pub fn read(input: impl Read) -> Result<Self, MatrixError> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(input);
        check_heading(reader.headers()?)?;
        let mut matrix = Self::default();
        for record in reader.records() {
            matrix.add(&record?)?;
        }
        if matrix.is_empty() { Err(MatrixError::Empty) } else { Ok(matrix) }
    }

    /// The matrix that comes with the program.
    ///
    /// # Errors
    /// None in a released program: a test reads it.
    pub fn embedded() -> Result<Self, MatrixError> {
        Self::read(include_bytes!("habilitation.csv").as_slice())
    }

    /// What the matrix says of that column and that type; nothing where it has no row for the type.
    pub fn grants(&self, column: Column, kind: &Code) -> Option<bool> {
        let rows = match TypeSystem::of_uri(&kind.system)? {
            TypeSystem::Loinc => &self.loinc,
            TypeSystem::TreA05 => &self.complement,
        };
        rows.get(&kind.code).map(|row| row.grants(column))
    }

    /// How many types it knows, the row of variable codes included.
    pub fn len(&self) -> usize {
        self.loinc.len() + self.complement.len() + self.variable.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every cell, as `system code column` with its cross, in no order.
    #[cfg(test)]
    pub(super) fn cells(&self) -> Vec<(String, String, Column, bool)> {
        let systems = [("http://loinc.org", &self.loinc), ("urn:oid:1.2.250.1.213.1.1.4.12", &self.complement)];
        systems
            .into_iter()
            .chain([(VARIABLE, &self.variable)])
            .flat_map(|(system, rows)| rows.iter().map(move |(code, row)| (system, code, *row)))
            .flat_map(|(system, code, row)| {
                Column::ALL.map(|column| (system.to_owned(), code.clone(), column, row.grants(column)))
            })
            .collect()
    }

    fn add(&mut self, record: &csv::StringRecord) -> Result<(), MatrixError> {
        let line = record.position().map_or(0, csv::Position::line);
        let text = |place: usize| record.get(place).unwrap_or_default();
        let (system, code) = (text(1), text(2).to_owned());
        let row = crosses(record).ok_or(MatrixError::Cell { line })?;
        let earlier = match TypeSystem::of_uri(system) {
            Some(TypeSystem::Loinc) => self.loinc.insert(code, row),
            Some(TypeSystem::TreA05) => self.complement.insert(code, row),
            None if system == VARIABLE => self.variable.insert(code, row),
            None => return Err(MatrixError::System { line }),
        };
        if earlier.is_some() { Err(MatrixError::Duplicate { line }) } else { Ok(()) }
    }
}

fn check_heading(heading: &csv::StringRecord) -> Result<(), MatrixError> {
    let known = NAMES.into_iter().chain(Column::ALL.map(Column::heading));
    if heading.iter().eq(known) { Ok(()) } else { Err(MatrixError::Heading) }
}

fn crosses(record: &csv::StringRecord) -> Option<Row> {
    Column::ALL.into_iter().zip(record.iter().skip(NAMES.len())).try_fold(Row::default(), |row, (column, cell)| {
        match cell {
            "1" => Some(Row(row.0 | Row::bit(column))),
            "0" => Some(row),
            _ => None,
        }
    })
}
