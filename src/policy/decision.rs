//! The decision: every rule is asked, a single prohibition refuses, silence refuses, limits intersect, duties add up.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    finding::{Duty, Finding, Ground},
    l1111_14, l1111_17,
    law::Law,
    provision::{Governs, Provision, Rule},
    r1111_8_1, r1111_36, r1111_42, r1111_43, r1111_45, r1111_46, r1111_47, r1111_49, r1111_50, r1111_51, r1111_52,
    r1111_53, r1111_54,
    scope::Scope,
};
use crate::record::{
    access::{Act, Question},
    amendment::Revision,
    deed::Deed,
    document::DocumentEntry,
    facts::{Facts, FactsVersion},
    standing::Authorisation,
    trace::AccessTrace,
    visibility::Origin,
};

/// The rules, read from top to bottom. Their order never matters.
pub const fn rules() -> &'static [Rule] {
    RULES
}

const RULES: &[Rule] = &[
    // Whether there is a record, and whether it is open.
    rule(&l1111_14::EXPRESS_CONSENT, l1111_14::express_consent),
    rule(&l1111_14::AUTOMATIC_OPENING, l1111_14::automatic_opening),
    rule(&l1111_14::RECORD_EXISTS, l1111_14::record_exists),
    rule(&r1111_36::SUSPENDED, r1111_36::suspended),
    rule(&r1111_36::ERASED, r1111_36::erased),
    rule(&r1111_52::CLOSED, r1111_52::closed),
    // Who may reach it.
    rule(&r1111_46::HOLDER_DENIES, r1111_46::holder_denies),
    rule(&r1111_46::CONFIDENTIALITY, r1111_46::confidentiality),
    rule(&r1111_46::PRIOR_CONSENT, r1111_46::prior_consent),
    rule(&r1111_46::CARE_TEAM, r1111_46::care_team),
    rule(&r1111_46::CONSENT_OUTSIDE_TEAM, r1111_46::consent_outside_team),
    rule(&r1111_46::ENTRUSTED_PROFESSIONAL, r1111_46::entrusted_professional),
    rule(&r1111_54::TREATING_PHYSICIAN, r1111_54::treating_physician),
    rule(&r1111_54::SAME_RIGHTS, r1111_54::same_rights),
    rule(&r1111_49::AUTHOR_READS, r1111_49::author_reads),
    rule(&r1111_45::HOLDER_READS, r1111_45::holder_reads),
    // What of it.
    rule(&r1111_46::STRICTLY_NECESSARY, r1111_46::strictly_necessary),
    rule(&r1111_49::AUTHOR_READS_OWN, r1111_49::author_reads_own),
    rule(&r1111_49::MASKED, r1111_49::masked),
    rule(&r1111_50::HIDDEN_FROM_REPRESENTATIVES, r1111_50::hidden_from_representatives),
    rule(&r1111_51::DELETED, r1111_51::deleted),
    rule(&r1111_53::HIDDEN_FROM_PATIENT, r1111_53::hidden_from_patient),
    // Who may feed it, and with what.
    rule(&r1111_47::FEEDING, r1111_47::feeding),
    rule(&r1111_46::FEEDING_IN_THE_NAME, r1111_46::feeding_in_the_name),
    rule(&r1111_45::HOLDER_ADDS, r1111_45::holder_adds),
    rule(&l1111_17::OCCUPATIONAL_PHYSICIAN, l1111_17::occupational_physician),
    rule(&r1111_47::LEGITIMATE_OPPOSITION, r1111_47::legitimate_opposition),
    rule(&r1111_47::FEEDING_OPENS_NOTHING, r1111_47::feeding_opens_nothing),
    rule(&r1111_42::AUTHOR_VERIFIED, r1111_42::author_verified),
    rule(&r1111_42::CUSTODIAN_VERIFIED, r1111_42::custodian_verified),
    rule(&r1111_42::TYPES_RESERVED, r1111_42::types_reserved),
    rule(&r1111_8_1::CONTENT_OF_HOLDER, r1111_8_1::content_of_holder),
    rule(&r1111_53::NOT_ALSO_MASKED, r1111_53::not_also_masked),
    // What is owed.
    rule(&r1111_43::RECORD, r1111_43::record),
    rule(&r1111_46::HOLDER_INFORMED, r1111_46::holder_informed),
    rule(&r1111_53::ANNOUNCEMENT_INVITED, r1111_53::announcement_invited),
];

const fn rule(provision: &'static Provision, apply: fn(&Law, &Question, &Facts) -> Finding) -> Rule {
    Rule { provision, apply }
}

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

    /// Whether the permit to file lets the caller put a new document in the place of this one: only an author replaces it, or who
    /// files in the name of an author (R1111-51). Never under a permit to read.
    pub fn may_replace(&self, entry: &DocumentEntry) -> bool {
        r1111_51::replaced_by_author(&self.question, entry)
    }

    /// Whether the permit lets the caller revise this entry so; the ground where it does not.
    ///
    /// # Errors
    /// The ground.
    pub fn may_revise(&self, _entry: &DocumentEntry, _revision: &Revision) -> Result<(), Ground> {
        Err(Ground::NotTheirs)
    }

    /// Whose flag a flag is that the caller sets on this entry.
    pub fn origin(&self, entry: &DocumentEntry) -> Origin {
        if entry.is_by(&self.question.caller.who) { Origin::Author } else { Origin::Holder }
    }

    /// Whether the permit opens this consent or care team to the caller.
    pub fn admits_deed(&self, _deed: &Deed) -> bool {
        false
    }

    /// Whether the permit lets the caller put a new version in the place of this consent or care team.
    ///
    /// # Errors
    /// The ground.
    pub fn may_change(&self, _deed: &Deed) -> Result<(), Ground> {
        Err(Ground::NotTheirs)
    }

    /// Whether the permit opens this trace to the caller.
    pub fn admits_trace(&self, _trace: &AccessTrace) -> bool {
        false
    }

    /// How the caller stands to the record (TD0.2).
    pub fn authorisation(&self) -> Authorisation {
        Authorisation { reads: false, feeds: false, treats: false }
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
    /// A refusal, where any provision in force forbids or none permits; and of every question of a day before
    /// [`Law::CARRIED_SINCE`].
    pub fn decide(&self, question: &Arc<Question>, facts: &Facts) -> Result<Permit, Refusal> {
        self.weigh(RULES, question, facts)
    }

    pub(super) fn weigh(&self, rules: &[Rule], question: &Arc<Question>, facts: &Facts) -> Result<Permit, Refusal> {
        let today = self.day_of(question.at);
        let mut permitted = false;
        let mut grounds = Vec::new();
        let mut permit = Permit {
            question: Arc::clone(question),
            facts: facts.version,
            scope: Scope::everything(),
            duties: Vec::new(),
            provisions: Vec::new(),
        };
        for rule in rules.iter().filter(|rule| is_asked(rule.provision, today, facts)) {
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
        if permitted && grounds.is_empty() && today >= Self::CARRIED_SINCE {
            Ok(permit)
        } else {
            Err(Refusal { grounds })
        }
    }
}

fn is_asked(provision: &Provision, today: Date, facts: &Facts) -> bool {
    match provision.governs {
        Governs::Acts => provision.force.holds_on(today),
        Governs::Openings => facts.dossier.opening.as_ref().is_some_and(|opening| provision.force.holds_on(opening.on)),
    }
}
