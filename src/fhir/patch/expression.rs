//! The part of FHIRPath that names one element: members, indexes, `first()`, `where` with equalities, `extension('…')`.
//! Source: <http://hl7.org/fhir/R4/fhirpatch.html>, <http://hl7.org/fhirpath/N1/>.

use super::{
    Place,
    place::{Condition, Step},
};

/// The lists on the ways that a patch may go.
const LISTS: [&str; 3] = ["securityLabel", "extension", "coding"];

/// Whether the member of that name is a list.
pub(super) fn is_list(name: &str) -> bool {
    LISTS.contains(&name)
}

/// The place of the one element that an expression names; nothing where we do not understand it.
pub(super) fn element(text: &str) -> Option<Place> {
    collection(text).map(one)
}

/// The place of the list, or of the element, that an expression names.
pub(super) fn collection(text: &str) -> Option<Place> {
    let mut cursor = Cursor { rest: text.trim() };
    let mut steps = vec![Step::Member(cursor.name()?)];
    while !cursor.rest.is_empty() {
        cursor.step(&mut steps)?;
    }
    if steps.first() == Some(&Step::Member("DocumentReference".to_owned())) {
        steps.remove(0);
    }
    Some(Place(through(steps)))
}

/// Goes through the one item of each list on the way that is not told which, the last aside; `value` of an extension is the
/// boolean, the only one that can change.
pub(super) fn through(steps: Vec<Step>) -> Vec<Step> {
    let mut place: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        if let Step::Member(_) = step
            && ends_in_list(&place)
        {
            place.push(Step::Only);
        }
        let is_in_extension = matches!(place.first(), Some(Step::Member(name)) if name == "extension");
        place.push(match step {
            Step::Member(ref name) if name == "value" && is_in_extension => Step::Member("valueBoolean".to_owned()),
            Step::Token(_) | Step::Member(_) | Step::Item(_) | Step::End | Step::Only | Step::Where(_) => step,
        });
    }
    place
}

/// The one item, where a list is named.
pub(super) fn one(place: Place) -> Place {
    let mut steps = place.0;
    if ends_in_list(&steps) {
        steps.push(Step::Only);
    }
    Place(steps)
}

fn ends_in_list(steps: &[Step]) -> bool {
    matches!(steps.last(), Some(Step::Member(name)) if is_list(name))
}

struct Cursor<'a> {
    rest: &'a str,
}

impl Cursor<'_> {
    fn step(&mut self, steps: &mut Vec<Step>) -> Option<()> {
        if self.skip("[") {
            steps.push(Step::Item(self.number()?));
            return self.skip("]").then_some(());
        }
        if !self.skip(".") {
            return None;
        }
        let name = self.name()?;
        if !self.skip("(") {
            steps.push(Step::Member(name));
            return Some(());
        }
        match name.as_str() {
            "where" => steps.push(Step::Where(self.conditions()?)),
            "first" => steps.push(Step::Item(0)),
            "extension" => {
                let url = Condition { way: vec!["url".to_owned()], text: self.string()? };
                steps.extend([Step::Member(name), Step::Where(vec![url])]);
            }
            _ => return None,
        }
        self.skip(")").then_some(())
    }

    fn conditions(&mut self) -> Option<Vec<Condition>> {
        let mut conditions = vec![self.condition()?];
        while self.skip("and ") {
            conditions.push(self.condition()?);
        }
        Some(conditions)
    }

    fn condition(&mut self) -> Option<Condition> {
        let mut way = vec![self.name()?];
        while self.skip(".") {
            way.push(self.name()?);
        }
        let text = self.skip("=").then(|| self.string()).flatten()?;
        self.skip_blanks();
        Some(Condition { way, text })
    }

    fn skip(&mut self, sign: &str) -> bool {
        let trimmed = self.rest.trim_start();
        let found = trimmed.strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn name(&mut self) -> Option<String> {
        self.skip_blanks();
        let end = self.rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let (name, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
        self.rest = rest;
        (!name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit())).then(|| name.to_owned())
    }

    fn number(&mut self) -> Option<usize> {
        self.skip_blanks();
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        digits.parse().ok()
    }

    /// A string in single quotation marks; no URL or code has need of an escape.
    fn string(&mut self) -> Option<String> {
        self.skip_blanks();
        let (text, rest) = self.rest.strip_prefix('\'')?.split_once('\'')?;
        self.rest = rest;
        (!text.contains('\\')).then(|| text.to_owned())
    }
}
