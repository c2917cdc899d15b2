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
    caller::Who,
    document::{Author, DocumentEntry},
    facts::{Facts, FactsVersion},
    submission::{DeclaredAuthor, answers_for},
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

    /// Whether the caller may replace this entry: it is an author's right (R1111-49, K09), the caller's own, or that of a
    /// professional in whose name a delegate files.
    pub fn may_replace(&self, entry: &DocumentEntry) -> bool {
        let who = &self.question.caller.who;
        let (Act::Submit(submission), Who::Delegate { .. }) = (&self.question.act, who) else {
            return entry.is_by(who);
        };
        let mut declared = submission.documents.iter().flat_map(|document| &document.declared);
        declared.any(|author| match author {
            DeclaredAuthor::Professional(professional) => {
                answers_for(who, professional) && entry.authors.contains(&Author::Person(professional.id.clone()))
            }
            DeclaredAuthor::Unverified | DeclaredAuthor::Structure(_) | DeclaredAuthor::Patient(_) => false,
        })
    }

    /// The duties.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// The provisions that spoke.
    pub fn provisions(&self) -> &[&'static Provision] {
        &self.provisions
    }

    /// A permit without law, for the tests of hosts.
    #[cfg(test)]
    pub(crate) fn for_test(question: Arc<Question>, facts: FactsVersion, scope: Scope, duties: Vec<Duty>) -> Self {
        Self { question, facts, scope, duties, provisions: Vec::new() }
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
