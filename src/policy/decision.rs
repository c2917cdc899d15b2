//! The decision: every rule is asked, a single prohibition refuses, silence refuses, limits intersect, duties add up.

use std::sync::Arc;

use super::{
    finding::{Duty, Finding, Ground},
    law::Law,
    provision::{Governs, Provision, Rule},
    scope::Scope,
};
use crate::record::{
    access::{Act, Question},
    document::DocumentEntry,
    facts::{Facts, FactsVersion},
};

/// The rules, read from top to bottom. Their order never matters.
pub const fn rules() -> &'static [Rule] {
    RULES
}

const RULES: &[Rule] = &[];

/// The law's leave to do one act. Only [`Law::decide`] makes one, and storage takes nothing else.
#[derive(Debug, Clone)]
pub struct Permit {
    question: Arc<Question>,
    facts: FactsVersion,
    scope: Scope,
    duties: Vec<Duty>,
    provisions: Vec<&'static Provision>,
}

impl Permit {
    /// The question that it answers.
    pub const fn question(&self) -> &Arc<Question> {
        &self.question
    }

    /// The act that it permits.
    pub fn act(&self) -> &Act {
        &self.question.act
    }

    /// The version of the facts from which it was made; it is worth nothing under any other.
    pub const fn facts(&self) -> FactsVersion {
        self.facts
    }

    /// Whether the permit opens this entry to the caller.
    pub fn admits(&self, entry: &DocumentEntry) -> bool {
        self.scope.admits(entry, &self.question.caller.who, self.question.at)
    }

    /// The duties.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// The provisions that spoke.
    pub fn provisions(&self) -> &[&'static Provision] {
        &self.provisions
    }
}

/// The law's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The grounds, with the provisions that gave them. Empty where nothing permitted.
    pub grounds: Vec<(&'static Provision, Ground)>,
}

impl Refusal {
    /// Whether the caller may be told of the refusal even where that would otherwise betray whether a document exists.
    pub fn is_of_caller(&self) -> bool {
        self.grounds.iter().any(|(_, ground)| ground.is_of_caller())
    }
}

impl Law {
    /// Decides: pure, total, and the same whatever the order of the rules.
    ///
    /// # Errors
    /// A refusal, where any provision in force forbids or none permits.
    pub fn decide(&self, question: &Arc<Question>, facts: &Facts) -> Result<Permit, Refusal> {
        self.weigh(RULES, question, facts)
    }

    fn weigh(&self, rules: &[Rule], question: &Arc<Question>, facts: &Facts) -> Result<Permit, Refusal> {
        let mut permitted = false;
        let mut grounds = Vec::new();
        let mut permit = Permit {
            question: Arc::clone(question),
            facts: facts.version,
            scope: Scope::everything(),
            duties: Vec::new(),
            provisions: Vec::new(),
        };
        for rule in rules.iter().filter(|rule| self.is_asked(rule.provision, question, facts)) {
            let finding = (rule.apply)(self, question, facts);
            match finding {
                Finding::Silent => continue,
                Finding::Permits => permitted = true,
                Finding::Narrows(scope) => permit.scope = permit.scope.and(scope),
                Finding::Obliges(duty) => permit.duties.push(duty),
                Finding::Forbids(ground) => grounds.push((rule.provision, ground)),
            }
            permit.provisions.push(rule.provision);
        }
        if permitted && grounds.is_empty() { Ok(permit) } else { Err(Refusal { grounds }) }
    }

    fn is_asked(&self, provision: &Provision, question: &Question, facts: &Facts) -> bool {
        match provision.governs {
            Governs::Acts => provision.force.holds_on(self.day_of(question.at)),
            Governs::Openings => {
                facts.dossier.opening.as_ref().is_some_and(|opening| provision.force.holds_on(opening.on))
            }
        }
    }
}
