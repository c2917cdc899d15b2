use std::collections::BTreeSet;

use super::{cast::*, decide, situations::*, the_law};
use crate::{
    policy::{Ground, Law, Permit, Refusal},
    record::{
        access::{Act, Purpose, Question},
        facts::Facts,
    },
};

fn of_caller(outcome: &Result<Permit, Refusal>) -> BTreeSet<Ground> {
    let grounds = outcome.as_ref().err().into_iter().flat_map(|refusal| &refusal.grounds);
    grounds.map(|(_, ground)| *ground).filter(|ground| ground.is_of_caller()).collect()
}

fn before_nothing(law: &Law, question: &Question) -> BTreeSet<Ground> {
    let question = Question { holder: None, ..question.clone() };
    of_caller(&decide(law, &question, &Facts::absent()))
}

/// A refusal of an act on a named document is told as a refusal only on such grounds; everything else is told as absence. So they
/// must not tell a record, or a document, from none.
#[test]
fn the_grounds_in_the_caller_are_the_same_whatever_the_record() {
    let law = the_law();
    let mut compared = 0;
    for situation in every_frame().chain(open_records(5)) {
        let question = &situation.question;
        let decided = of_caller(&decide(&law, question, &situation.facts));
        assert_eq!(decided, before_nothing(&law, question), "{question:?} on {:?}", situation.facts);
        compared += usize::from(!decided.is_empty());
    }
    assert!(compared > 10_000);
}

#[test]
fn every_caller_is_refused_or_not_as_a_caller_by_act_and_purpose_alone() {
    let law = the_law();
    let refused_as_callers = |act: fn() -> Act, purpose| -> Vec<usize> {
        (0..callers())
            .filter(|digit| {
                let question = Question { purpose, ..asks(caller(*digit), act()) };
                !before_nothing(&law, &question).is_empty()
            })
            .collect()
    };
    let occupational_unknown_delegate_and_organisations = [3, 4, 5, 6, 7];
    assert_eq!(refused_as_callers(read, Purpose::Care), occupational_unknown_delegate_and_organisations);
    assert_eq!(refused_as_callers(retrieve, Purpose::Care), occupational_unknown_delegate_and_organisations);
    assert_eq!(refused_as_callers(lookup, Purpose::Care), [3, 4, 5], "organisations look up what they filed");
    assert_eq!(refused_as_callers(read, Purpose::Other), (0..callers()).collect::<Vec<_>>());
}
