use std::{collections::BTreeSet, path::PathBuf};

use super::{cast::*, decide, situations::*, the_law};
use crate::{
    policy::{ApprovedSoftware, Law, rules},
    record::{
        access::Question,
        caller::{Asserter, Caller},
        identity::Ins,
    },
};

/// Provisions of the permit: the host puts to it what storage alone can name.
const OF_THE_PERMIT: [&str; 13] = [
    "R1111-51@replaced-by-author",
    "R1111-51@status-by-author",
    "I12@archived",
    "R1111-49@masked-by",
    "R1111-49@unmasked-by",
    "R1111-49@confidentiality-by",
    "R1111-50@kept-from-representatives",
    "R1111-50@told-to-representatives",
    "R1111-50@secret-traces",
    "R1111-53@hidden-by",
    "R1111-53@shown-by",
    "D1110-3-3@changed-by-recorder",
    "R1111-43@grounds-for-holder",
];

/// Provisions that are applied elsewhere: by the host, which alone knows what is stored; by the emergency access to come.
const ELSEWHERE: [&str; 2] = ["K14@idempotent-submission", "L1111-17@masked-in-emergency"];

fn rows() -> Vec<csv::StringRecord> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("conformance/requirements.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heading = "Req Set,ID,URL,Requirement,Conformance,Actor,Conditionality,Not Tested Reason,Not Tested Details";
    assert!(reader.headers().unwrap().iter().eq(heading.split(',')));
    reader.records().map(Result::unwrap).filter(|row| &row[0] == "law").collect()
}

#[test]
fn every_provision_has_its_row_and_every_row_its_provision() {
    let rows = rows();
    let written: BTreeSet<&str> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(written.len(), rows.len(), "a row stands twice");
    let applied: Vec<&str> = rules().iter().map(|rule| rule.provision.id).collect();
    let elsewhere = ELSEWHERE.iter().chain(&OF_THE_PERMIT).copied();
    let stated: BTreeSet<&str> = applied.iter().copied().chain(elsewhere).collect();
    assert_eq!(stated.len(), applied.len() + ELSEWHERE.len() + OF_THE_PERMIT.len(), "a provision stands twice");
    assert_eq!(written, stated);
}

#[test]
fn every_row_says_what_is_required() {
    for row in rows() {
        assert!(!row[3].is_empty() && &row[4] == "SHALL" && !row[5].is_empty(), "{row:?}");
    }
}

/// `R1111-46@holder-denies` is the function `holder_denies` of `r1111_46.rs`.
#[test]
fn every_provision_is_the_function_of_its_name_in_the_file_of_its_article() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/policy");
    let applied = rules().iter().map(|rule| rule.provision.id);
    for id in applied.chain(OF_THE_PERMIT).chain(["L1111-17@masked-in-emergency"]) {
        let (article, name) = id.split_once('@').unwrap();
        let file = folder.join(format!("{}.rs", article.to_lowercase().replace('-', "_")));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(&format!("fn {}(", name.replace('-', "_"))), "{id} is not in {}", file.display());
    }
}

#[test]
fn every_provision_speaks_in_some_situation() {
    let law = the_law();
    let mut silent: BTreeSet<&str> = rules().iter().map(|rule| rule.provision.id).collect();
    let of_tokens = of_tokens().map(|(law, question)| (law, question, bare_record()));
    let situations = open_records(10).chain(every_frame());
    let situations = situations.map(|Situation { question, facts }| (law.clone(), question, facts));
    for (law, question, facts) in situations.chain(of_tokens) {
        match decide(&law, &question, &facts) {
            Ok(permit) => permit.provisions().iter().for_each(|provision| _ = silent.remove(provision.id)),
            Err(refusal) => refusal.grounds.iter().for_each(|(provision, _)| _ = silent.remove(provision.id)),
        }
    }
    assert_eq!(silent, BTreeSet::new());
}

/// The front end without a holder, another patient's token, and software that is not on the list.
fn of_tokens() -> impl Iterator<Item = (Law, Question)> {
    let token = |patient: Ins| Some(Box::new(asserted(Asserter::FrontEnd, Some(patient))));
    let listed = the_law().approving(Some(ApprovedSoftware::default()));
    let asking = |who, asserted| {
        let asked = asks(who, search());
        Question { caller: Caller { asserted, ..asked.caller.clone() }, ..asked }
    };
    [
        (the_law(), asking(front_end(), None)),
        (the_law(), asking(front_end(), token(another_patient()))),
        (listed, asking(organisation(hospital()), None)),
    ]
    .into_iter()
}

#[test]
fn a_provision_is_cited_with_the_day_of_its_version() {
    let denies = rules().iter().find(|rule| rule.provision.id == "R1111-46@holder-denies").unwrap();
    assert_eq!(denies.provision.cited(), "R1111-46@holder-denies;2023-01-01");
}

#[test]
fn the_test_identities_are_of_the_test_ranges() {
    assert!(!holder().system().is_production());
    assert!(person(6).as_str().starts_with("899700"));
}
