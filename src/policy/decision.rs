//! The decision: every rule is asked, a single prohibition refuses, silence refuses, limits intersect, duties add up.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    capacity::Capacity,
    d1110_3_1, d1110_3_2, d1110_3_3,
    finding::{Finding, Ground},
    hypothesis, l1110_12,
    l1111_14::{self, is_told, looks_up},
    l1111_17, l1111_19, l1470_2, l1470_5,
    law::Law,
    permit::{Permit, Told},
    provision::{Governs, Provision, Rule},
    r1111_8_1, r1111_8_6, r1111_36, r1111_42, r1111_43, r1111_44, r1111_45, r1111_46, r1111_47, r1111_49, r1111_50,
    r1111_51, r1111_52, r1111_53, r1111_54,
    scope::Scope,
    standing::Standing,
};
use crate::record::{
    access::{Aim, Question},
    facts::Facts,
    standing::Authorisation,
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
    rule(&l1111_14::EXISTENCE_TOLD, l1111_14::existence_told),
    rule(&r1111_36::SUSPENDED, r1111_36::suspended),
    rule(&r1111_36::ERASED, r1111_36::erased),
    rule(&r1111_52::CLOSED, r1111_52::closed),
    // Who calls, by what, for whom.
    rule(&l1470_2::HOLDER_IDENTIFIED, l1470_2::holder_identified),
    rule(&l1470_5::ASSERTED_PATIENT, l1470_5::asserted_patient),
    rule(&r1111_44::APPROVED_SOFTWARE, r1111_44::approved_software),
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
    rule(&r1111_8_6::IDENTITY_QUALIFIED, r1111_8_6::identity_qualified),
    rule(&r1111_8_6::TRAITS_OF_HOLDER, r1111_8_6::traits_of_holder),
    rule(&r1111_53::NOT_ALSO_MASKED, r1111_53::not_also_masked),
    // Who may amend it.
    rule(&r1111_51::AUTHOR_AMENDS, r1111_51::author_amends),
    // Who decides on access to it, and who may know what was decided.
    rule(&l1111_19::HOLDER_DECIDES, l1111_19::holder_decides),
    rule(&l1111_19::HOLDER_SEES_AUTHORISATIONS, l1111_19::holder_sees_authorisations),
    rule(&l1111_19::RESERVED_TO_HOLDER, l1111_19::reserved_to_holder),
    rule(&r1111_46::INITIAL_CONSENT_COLLECTED, r1111_46::initial_consent_collected),
    rule(&r1111_46::OWN_CONSENT_COLLECTED, r1111_46::own_consent_collected),
    rule(&l1111_17::ENTRUSTED_CONSENT_COLLECTED, l1111_17::entrusted_consent_collected),
    rule(&l1110_12::TEAM_DECLARED, l1110_12::team_declared),
    rule(&d1110_3_1::COLLECTED_BY_CALLER, d1110_3_1::collected_by_caller),
    rule(&d1110_3_1::NOT_BACK_DATED, d1110_3_1::not_back_dated),
    rule(&d1110_3_2::INFORMATION_PROVEN, d1110_3_2::information_proven),
    rule(&d1110_3_3::WITHIN_EPISODE, d1110_3_3::within_episode),
    rule(&d1110_3_3::ENDED_BY_RECORDER, d1110_3_3::ended_by_recorder),
    rule(&r1111_47::REASON_RECORDED, r1111_47::reason_recorded),
    rule(&r1111_46::NAMED_SEES_CONSENTS, r1111_46::named_sees_consents),
    rule(&r1111_46::ONLY_WHAT_NAMES_THEM, r1111_46::only_what_names_them),
    // Who may read the traces.
    rule(&r1111_43::TRACES_READ, r1111_43::traces_read),
    rule(&r1111_43::OWN_ACTIONS, r1111_43::own_actions),
    rule(&r1111_43::NOTHING_BETRAYED, r1111_43::nothing_betrayed),
    // What is owed.
    rule(&r1111_43::RECORD, r1111_43::record),
    rule(&r1111_46::HOLDER_INFORMED, r1111_46::holder_informed),
    rule(&r1111_53::ANNOUNCEMENT_INVITED, r1111_53::announcement_invited),
];

const fn rule(provision: &'static Provision, apply: fn(&Law, &Question, &Facts) -> Finding) -> Rule {
    Rule { provision, apply }
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
        let permit = self.weigh(RULES, question, facts)?;
        Ok(Permit { standing: self.told(question, facts), ..permit })
    }

    pub(super) fn weigh(&self, rules: &[Rule], question: &Arc<Question>, facts: &Facts) -> Result<Permit, Refusal> {
        let today = self.day_of(question.at);
        let mut permitted = false;
        let mut grounds = Vec::new();
        let mut permit = self.blank(question, facts);
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

    /// A permit before any rule has spoken.
    fn blank(&self, question: &Arc<Question>, facts: &Facts) -> Permit {
        let capacity = match question.act.aim() {
            Aim::AmendDocument | Aim::ReadTraces => Capacity::of(self, question, facts),
            Aim::ReadDocuments | Aim::FileDocuments | Aim::LookUp | Aim::ReadDeeds | Aim::FileDeed => Capacity::Author,
        };
        Permit {
            question: Arc::clone(question),
            facts: facts.version,
            scope: Scope::everything(),
            duties: Vec::new(),
            provisions: Vec::new(),
            capacity,
            standing: Told::NOTHING,
            paris: self.paris().clone(),
        }
    }

    /// What a look-up tells; of any other act nothing.
    fn told(&self, question: &Question, facts: &Facts) -> Told {
        if !looks_up(question) {
            return Told::NOTHING;
        }
        let would = |act| self.weigh(RULES, &Arc::new(Question { act, ..question.clone() }), facts);
        let reads = would(hypothesis::search()).is_ok();
        let feeds =
            would(hypothesis::submission(question.at)).map_or_else(|refusal| refusal.grounds.is_empty(), |_| true);
        let standing = Standing::of_professional(question, facts);
        let treats = reads && standing.is_some_and(|standing| standing.is_treating_physician());
        Told { record: is_told(facts), authorisation: Authorisation { reads, feeds, treats } }
    }
}

fn is_asked(provision: &Provision, today: Date, facts: &Facts) -> bool {
    match provision.governs {
        Governs::Acts => provision.force.holds_on(today),
        Governs::Openings => facts.dossier.opening.as_ref().is_some_and(|opening| provision.force.holds_on(opening.on)),
    }
}
