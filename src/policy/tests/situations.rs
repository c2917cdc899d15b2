//! Situations by the ten thousand, generated systematically: every caller, act, state, opening, purpose and age against each
//! other, and the facts on which reading and feeding rest against each other.

use std::sync::LazyLock;

use jiff::{SignedDuration, civil::date};

use super::{acts::further_acts, cast::*};
use crate::record::{
    access::{Act, Purpose, Question},
    caller::Who,
    care_team::{Span, TeamPath},
    code::Code,
    consent::{Block, Blocked, Consent, Grant},
    document::Author,
    dossier::{Basis, Opening, State},
    facts::Facts,
    holder::Holder,
    professional::Professional,
    submission::{DeclaredAuthor, NewDocument},
    traits::{DateTold, IdentityStatus, TraitsTold},
    visibility::{Labels, Origin},
};

/// A question and the facts on which it is decided.
#[derive(Debug, Clone)]
pub(crate) struct Situation {
    pub(crate) question: Question,
    pub(crate) facts: Facts,
}

/// Picks one digit after the other out of a number in mixed radix.
struct Digits(usize);

impl Digits {
    fn pick(&mut self, radix: usize) -> usize {
        let digit = self.0 % radix;
        self.0 /= radix;
        digit
    }
}

const CALLERS: usize = 10;
const ACTS: usize = 20;
const FURTHER: usize = 40;
const OPENINGS: usize = 11;
const AGES: usize = 3;
const FRAMES: usize = CALLERS * ACTS * AGES * State::ALL.len() * OPENINGS * 2;
const FURTHER_FRAMES: usize = CALLERS * FURTHER * AGES * State::ALL.len() * FURTHER_OPENINGS.len() * 2;
const OPEN_FRAMES: usize = CALLERS * ACTS * AGES;
const FURTHER_OPEN_FRAMES: usize = CALLERS * FURTHER * AGES;
/// None, an unlawful one, a lawful one: what opens a record lawfully is the same for every act.
const FURTHER_OPENINGS: [usize; 3] = [0, 4, 8];
const STANDINGS: usize = 3 * 11 * 9 * 11 * 6 * 7 * 6 * 2;

/// Every frame once, each with other facts: about a hundred thousand situations, most of them to be refused.
pub(crate) fn every_frame() -> impl Iterator<Item = Situation> {
    let further = (0..FURTHER_FRAMES).map(|frame| further_situation(frame, frame * 104_729 % STANDINGS));
    (0..FRAMES).map(|frame| situation(frame, frame * 104_729 % STANDINGS)).chain(further)
}

/// Lawfully open records under every caller, act and age, each with so many facts; the later acts with half as many.
pub(crate) fn open_records(depth: usize) -> impl Iterator<Item = Situation> {
    let standing = |index: usize| index * 15_485_863 % STANDINGS;
    let further = move |index| further_situation(index % FURTHER_OPEN_FRAMES, standing(index));
    (0..OPEN_FRAMES * depth)
        .map(move |index| opened_up(situation(index % OPEN_FRAMES, standing(index))))
        .chain((0..FURTHER_OPEN_FRAMES * depth.div_ceil(2)).map(move |index| opened_up(further(index))))
}

fn situation(frame: usize, standing: usize) -> Situation {
    framed(Digits(frame), standing, ACTS, act, |digits| digits.pick(OPENINGS))
}

fn further_situation(frame: usize, standing: usize) -> Situation {
    static ACTS: LazyLock<Vec<Vec<Act>>> =
        LazyLock::new(|| (0..CALLERS).map(|digit| further_acts(&caller(digit))).collect());
    let nth = |digit: usize, _: &Who| ACTS[frame % CALLERS][digit].clone();
    framed(Digits(frame), standing, FURTHER, nth, |digits| FURTHER_OPENINGS[digits.pick(FURTHER_OPENINGS.len())])
}

fn framed(
    mut digits: Digits,
    standing: usize,
    acts: usize,
    act: impl Fn(usize, &Who) -> Act,
    pick_opening: impl Fn(&mut Digits) -> usize,
) -> Situation {
    let who = caller(digits.pick(CALLERS));
    let act = act(digits.pick(acts), &who);
    let holder = age(digits.pick(AGES));
    let state = State::ALL[digits.pick(State::ALL.len())];
    let opening = opening(pick_opening(&mut digits));
    let purpose = if digits.pick(2) == 0 { Purpose::Care } else { Purpose::Other };
    let mut facts = facts_of(standing);
    facts.holder = holder;
    facts.dossier.state = state;
    facts.dossier.opening = opening;
    Situation { question: Question { purpose, ..asks(who, act) }, facts }
}

fn opened_up(mut open: Situation) -> Situation {
    open.question.purpose = Purpose::Care;
    open.facts.dossier = bare_record().dossier;
    open
}

/// The professional around whom the facts turn; practises at the hospital.
fn subject(profession: &str, speciality: &str) -> Professional {
    professional(6, profession, speciality, hospital())
}

/// By an occupational physician, who practises wherever someone may file in their name; a professional only has one as colleague.
fn with_occupational_physician(who: &Who) -> NewDocument {
    let anywhere = vec![hospital(), practice()];
    match who {
        Who::Professional(_) => also_by(who, DeclaredAuthor::Professional(professional(77, "10", "SM25", clinic()))),
        Who::Delegate { .. } | Who::Organisation { .. } | Who::HolderFrontEnd { .. } => {
            by(who, DeclaredAuthor::Professional(Professional { structures: anywhere, ..subject("10", "SM25") }))
        }
    }
}

pub(crate) fn caller(digit: usize) -> Who {
    match digit {
        0 => Who::Professional(subject("10", "SM26")),
        1 => Who::Professional(subject("60", "")),
        2 => Who::Professional(subject("40", "")),
        3 => Who::Professional(subject("10", "SM25")),
        4 => Who::Professional(subject("73", "")),
        5 => secretary(),
        6 => organisation(hospital()),
        7 => organisation(practice()),
        8 => front_end(),
        _ => Who::Professional(treating_physician()),
    }
}

pub(crate) const fn callers() -> usize {
    CALLERS
}

fn act(digit: usize, who: &Who) -> Act {
    match digit {
        0 => search(),
        1 => lookup(),
        2 => read(),
        3 => retrieve(),
        4 => rightful_submission(who),
        5 => submit(vec![labelled(who, Labels { hidden_from_patient: Some(Origin::Author), ..Labels::default() })]),
        6 => submit(vec![labelled(who, all_labels()[3])]),
        7 => submit(vec![of_type(who, reimbursement())]),
        8 => submit(vec![of_type(who, if rightful_type(who) == report() { deposit() } else { report() })]),
        9 => submit(vec![by(who, DeclaredAuthor::Professional(professional(77, "10", "", clinic())))]),
        10 => submit(vec![NewDocument { content_names: named(), ..plain(who) }]),
        11 => submit(vec![plain(who), also_by(who, DeclaredAuthor::Patient(another_patient()))]),
        12 => submit(vec![NewDocument { custodian: Some(clinic()), ..plain(who) }]),
        13 => submit(vec![by(who, DeclaredAuthor::Professional(subject("10", "SM26")))]),
        14 => submit(vec![with_occupational_physician(who)]),
        15 => submit(vec![of_type(who, wishes())]),
        16 => submit(vec![NewDocument {
            signatories: vec![DeclaredAuthor::Professional(subject("10", "SM26"))],
            ..plain(who)
        }]),
        17 => telling(who, TraitsTold { statuses: vec![IdentityStatus::Validated], ..TraitsTold::default() }),
        18 => telling(who, born("1980-05")),
        _ => submit(vec![NewDocument {
            custodian: who.structures().first().cloned(),
            ..also_by(who, DeclaredAuthor::Unverified)
        }]),
    }
}

pub(crate) fn born(text: &str) -> TraitsTold {
    TraitsTold { birth_date: DateTold::parse(text), ..TraitsTold::default() }
}

/// A filing by someone who may, which tells that of the person.
pub(crate) fn telling(who: &Who, told: TraitsTold) -> Act {
    let mut act = rightful_submission(who);
    if let Act::Submit(submission) = &mut act {
        submission.traits = vec![told];
    }
    act
}

fn named() -> Vec<String> {
    vec![holder().matricule().to_owned(), another_patient().matricule().to_owned()]
}

fn plain(who: &Who) -> NewDocument {
    labelled(who, Labels::default())
}

fn labelled(who: &Who, labels: Labels) -> NewDocument {
    new_document(rightful_type(who), labels, vec![rightful_author(who)])
}

fn of_type(who: &Who, kind: Code) -> NewDocument {
    new_document(kind, Labels::default(), vec![rightful_author(who)])
}

fn by(who: &Who, author: DeclaredAuthor) -> NewDocument {
    NewDocument { declared: vec![author], ..plain(who) }
}

fn also_by(who: &Who, author: DeclaredAuthor) -> NewDocument {
    NewDocument { declared: vec![rightful_author(who), author], ..plain(who) }
}

fn age(digit: usize) -> Option<Holder> {
    match digit {
        0 => Some(Holder { birth_date: date(1980, 5, 17), traits: None }),
        1 => Some(Holder { birth_date: date(2012, 5, 17), traits: None }),
        _ => None,
    }
}

fn opening(digit: usize) -> Option<Opening> {
    let consent = |given| Some(Basis::ExpressConsent { given });
    let pilot = Some("31".to_owned());
    match digit {
        0 => None,
        1 => opened(date(2019, 5, 2), consent(date(2019, 5, 2)), None),
        2 => opened(date(2019, 5, 2), consent(date(2019, 5, 3)), None),
        3 => opened(date(2019, 5, 2), None, None),
        4 => opened(date(2019, 5, 2), Some(Basis::Automatic), None),
        5 => opened(date(2021, 9, 1), Some(Basis::Automatic), pilot),
        6 => opened(date(2021, 9, 1), Some(Basis::Automatic), Some("75".to_owned())),
        7 => opened(date(2021, 7, 20), Some(Basis::Automatic), pilot),
        8 => opened(date(2022, 3, 1), Some(Basis::Automatic), None),
        9 => opened(date(2022, 3, 1), consent(date(2022, 3, 1)), None),
        _ => opened(date(2027, 3, 1), Some(Basis::Automatic), None),
    }
}

fn facts_of(standing: usize) -> Facts {
    let mut digits = Digits(standing);
    let mut facts = bare_record();
    facts.treating_physician = [None, Some(person(6)), Some(treating_physician().id)][digits.pick(3)].clone();
    add_team(&mut facts, digits.pick(11));
    add_own_consent(&mut facts, digits.pick(9));
    add_entrusted(&mut facts, digits.pick(11));
    add_rights(&mut facts, digits.pick(6));
    add_block(&mut facts, digits.pick(7));
    add_opposition(&mut facts, digits.pick(6));
    if digits.pick(2) == 1 {
        facts.authors = vec![someone_else(), Author::Person(person(6)), Author::Structure(hospital())];
    }
    facts
}

fn add_team(facts: &mut Facts, digit: usize) {
    let mut consent = initial_consent();
    let mut team = stay();
    match digit {
        0 => return,
        1 => consent.grant = Grant::InitialForTeam { team: "another".to_owned() },
        2 => {}
        3 => team.path = TeamPath::RecognisedByPatient,
        4 => {
            team.path = TeamPath::RecognisedByPatient;
            team.members.push(person(6));
        }
        5 => consent.evidence.information_given = false,
        6 => team.episode.until = Some(now()),
        7 => consent.evidence.at = hours_ago(-1),
        8 => team.path = TeamPath::FormalisedGroup,
        9 => {
            team.path = TeamPath::RecognisedByPatient;
            team.members.push(person(6));
            team.episode.until = Some(hours_ago(-5));
        }
        _ => consent.period.until = Some(hours_ago(1)),
    }
    facts.teams.push(team);
    facts.consents.push(consent);
}

fn add_own_consent(facts: &mut Facts, digit: usize) {
    let mut consent = own_consent(&person(6), hours_ago(1));
    match digit {
        0 => return,
        1 => {}
        2 => consent = own_consent(&person(6), hours_ago(12)),
        3 => consent = own_consent(&person(6), hours_ago(12) - SignedDuration::from_secs(1)),
        4 => consent.evidence.information_given = false,
        5 => consent.period.until = Some(now()),
        6 => consent.evidence.collected_by = None,
        7 => consent.evidence.collected_by = Some(person(98)),
        _ => consent = own_consent(&person(6), hours_ago(-1)),
    }
    facts.consents.push(consent);
}

fn add_entrusted(facts: &mut Facts, digit: usize) {
    let mut round = team("round", TeamPath::RecognisedByPatient, Vec::new(), vec![person(96)]);
    let mut opening = consent(Grant::InitialForTeam { team: "round".to_owned() }, hours_ago(72), None);
    let mut by = Some(person(96));
    match digit {
        0 => return,
        1 => {}
        2 => by = Some(person(98)),
        3 => facts.blocks.push(block(Blocked::Professional(person(96)))),
        4 => {
            facts.consents.push(entrusted(&person(97), person(96)));
            by = Some(person(97));
        }
        5 => by = None,
        7 => opening.evidence.at = hours_ago(24),
        8 => round.episode.from = hours_ago(24),
        9 => {
            let span = Span { from: hours_ago(60), until: Some(hours_ago(20)) };
            facts.blocks.push(Block { period: span, ..block(Blocked::Professional(person(96))) });
        }
        10 => {
            round.path = TeamPath::SameEstablishment;
            round.structures = vec![practice()];
        }
        _ => facts
            .consents
            .push(Consent { period: Span { until: Some(hours_ago(5)), ..opening.period }, ..opening.clone() }),
    }
    facts.teams.push(round);
    if digit != 6 {
        facts.consents.push(opening);
    }
    facts.consents.push(consent(Grant::EntrustedProfessional { professional: person(6) }, hours_ago(48), by));
}

fn add_rights(facts: &mut Facts, digit: usize) {
    let mut rights = same_rights(&person(6));
    let mut earlier = own_consent(&person(6), hours_ago(50));
    match digit {
        0 => return,
        1 => {}
        2 => earlier.grant = Grant::Professional { professional: person(98) },
        3 => earlier = own_consent(&person(6), hours_ago(30)),
        4 => rights.evidence.collected_by = Some(person(6)),
        _ => rights.period.until = Some(hours_ago(2)),
    }
    facts.consents.extend([earlier, rights]);
}

fn add_block(facts: &mut Facts, digit: usize) {
    let ended = Span { from: hours_ago(9), until: Some(now()) };
    facts.blocks.extend(match digit {
        0 => None,
        1 => Some(block(Blocked::Professional(person(6)))),
        2 => Some(block(Blocked::Structure(hospital()))),
        3 => Some(block(Blocked::Structure(practice()))),
        4 => Some(Block { id: String::new(), blocked: Blocked::Professional(person(6)), period: ended }),
        5 => Some(block(Blocked::Professional(treating_physician().id))),
        _ => {
            Some(Block { id: String::new(), blocked: Blocked::Professional(person(6)), period: always(hours_ago(-1)) })
        }
    });
}

fn add_opposition(facts: &mut Facts, digit: usize) {
    facts.feed_oppositions.extend(match digit {
        0 => None,
        1 => Some(opposition(None, true)),
        2 => Some(opposition(None, false)),
        3 => Some(opposition(Some(Blocked::Professional(person(6))), true)),
        4 => Some(opposition(Some(Blocked::Structure(hospital())), true)),
        _ => {
            let mut ended = opposition(None, true);
            ended.period.until = Some(hours_ago(0));
            Some(ended)
        }
    });
}
