//! What the rules share besides question and facts: the calendar of the law, the matrix, and the list of approved software.

use std::sync::Arc;

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};

use super::{
    matrix::{Matrix, MatrixError},
    r1111_44::ApprovedSoftware,
};

/// The law as this gateway applies it: its rules, its calendar, and the matrix of the ministerial order.
#[derive(Debug, Clone)]
pub struct Law {
    paris: TimeZone,
    matrix: Arc<Matrix>,
    approved: Option<Arc<ApprovedSoftware>>,
}

/// Why the law cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// The calendar of Paris is not known.
    #[error("the time zone of Paris is not known")]
    Calendar(#[source] jiff::Error),
    /// The matrix is not one.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
}

impl Law {
    /// The first day whose law this gateway carries whole: that of R1111-46 in the version in force. For a question of an earlier
    /// day it knows no law, and refuses; what was opened or consented earlier is judged today.
    pub const CARRIED_SINCE: Date = date(2023, 1, 1);

    /// The law with that matrix.
    ///
    /// # Errors
    /// The time zone of Paris is unknown.
    pub fn new(matrix: Matrix) -> Result<Self, LawError> {
        let paris = TimeZone::get("Europe/Paris").map_err(LawError::Calendar)?;
        Ok(Self { paris, matrix: Arc::new(matrix), approved: None })
    }

    /// The same law, where a list of approved software is kept (CSP R1111-44 al. 2), or none.
    #[must_use]
    pub fn approving(self, approved: Option<ApprovedSoftware>) -> Self {
        Self { approved: approved.map(Arc::new), ..self }
    }

    /// The same law with another matrix.
    #[must_use]
    pub fn applying(self, matrix: Matrix) -> Self {
        Self { matrix: Arc::new(matrix), ..self }
    }

    /// The law with the matrix that comes with the program.
    ///
    /// # Errors
    /// The time zone of Paris is unknown, or the embedded matrix is none, which a test excludes.
    pub fn of_the_order() -> Result<Self, LawError> {
        Self::new(Matrix::embedded()?)
    }

    /// The day in Paris at that instant.
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.paris.clone()).date()
    }

    /// Paris, by whose clock the law counts days.
    pub const fn paris(&self) -> &TimeZone {
        &self.paris
    }

    /// The approved software, where a list is kept.
    pub fn approved(&self) -> Option<&ApprovedSoftware> {
        self.approved.as_deref()
    }

    /// The matrix of the order (CSP R1111-46 al. 6).
    pub const fn matrix(&self) -> &Arc<Matrix> {
        &self.matrix
    }
}
