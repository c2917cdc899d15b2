//! The host under the law: what a withdrawal does to those who are reading.

use std::sync::Arc;

use futures_util::future::{join, join_all};
use jiff::civil::date;
use uuid::Uuid;

use super::{Embedded, open, run};
use crate::{
    gateway::{Fault, Gateway},
    hds::{Found, Host, contract::cast::*},
    journal::{Line, Outcome},
    policy::Law,
    record::{
        access::{Act, MediaTaken, Purpose, Question},
        caller::{Asserted, Asserter, Who},
        care_team::Span,
        consent::{Consent, Evidence, Grant},
        deed::{DeedFiling, DeedId, DeedStatus, Effect},
        dossier::{Basis, Dossier, Opening, State},
        facts::Facts,
        holder::Holder,
        identity::Ins,
        query::Query,
    },
};

/// A record that opened by law, and two documents of another author in it.
async fn gateway(host: &Host) -> Gateway {
    let opening = Opening { on: date(2022, 3, 1), basis: Some(Basis::Automatic), department: None };
    let facts = Facts {
        holder: Some(Holder { birth_date: date(1980, 5, 17), traits: None }),
        dossier: Dossier { state: State::Open, opening: Some(opening) },
        ..open_record()
    };
    host.load(&holder(1), facts, noon()).await.unwrap();
    for unique in ["1", "2"] {
        file(host, &doctor(1), &holder(1), submission(vec![document(host, unique, b"x")])).await.unwrap();
    }
    Gateway::new(host.clone(), Law::of_the_order().unwrap())
}

async fn ask(gateway: &Gateway, who: &Who, act: Act) -> Result<Found, Fault> {
    let mut caller = permit(who, &holder(1), Act::LookUp, Default::default()).question().caller.clone();
    caller.asserted = matches!(who, Who::HolderFrontEnd { .. }).then(|| Box::new(acting_for(holder(1))));
    let (takes, holder) = (MediaTaken::any(), Some(holder(1)));
    let question = Question { caller, act, holder, purpose: Purpose::Care, at: noon(), takes };
    gateway.answer(Arc::new(question), &trace()).await.map(crate::journal::Released::into_inner)
}

/// What the token says behind the front end's certificate.
fn acting_for(holder: Ins) -> Asserted {
    let (by, issuer, token) = (Asserter::FrontEnd, "issuer".to_owned(), [9; 32]);
    Asserted {
        by,
        issuer,
        token,
        acting: Some(holder.clone()),
        patient: Some(holder),
        purpose: Purpose::Care,
        software: None,
    }
}

/// The consent to one consultation that the reader collected.
fn consent(id: DeedId, status: DeedStatus) -> Act {
    let Who::Professional(reader) = doctor(2) else { panic!("a doctor is a professional") };
    let consent = Consent {
        id: id.to_string(),
        grant: Grant::Professional { professional: reader.id.clone() },
        evidence: Evidence { information_given: true, collected_by: Some(reader.id), at: noon() },
        period: Span { from: noon(), until: None },
    };
    let (is_new, effect) = (status == DeedStatus::Active, Effect::Consent(consent));
    let filing = DeedFiling { id, is_new, if_version: None, status, effect, rendition: Vec::new(), received: noon() };
    Act::FileDeed(Box::new(filing))
}

fn lines(embedded: &Embedded) -> Vec<Line> {
    let links = embedded.lines(1, 10_000).unwrap();
    links.iter().map(|link| serde_json::from_slice(&link.bytes).unwrap()).collect()
}

#[test]
fn who_reads_while_the_consent_is_withdrawn_is_decided_again() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (embedded, host) = open(dir.path());
        let gateway = gateway(&host).await;
        let (reader, holder) = (doctor(2), front_end());
        for _ in 0..8 {
            let id = DeedId(Uuid::new_v4());
            ask(&gateway, &reader, consent(id, DeedStatus::Active)).await.unwrap();
            let reading = join_all((0..12).map(|_| ask(&gateway, &reader, Act::Search(all()))));
            let withdrawing = ask(&gateway, &holder, consent(id, DeedStatus::Inactive));
            let (answers, withdrawn) = join(reading, withdrawing).await;
            withdrawn.unwrap();
            for answer in answers {
                let known = matches!(answer, Ok(Found::Page(_)) | Err(Fault::Refused(_)));
                assert!(known, "{answer:?}");
            }
            assert!(matches!(ask(&gateway, &reader, Act::Search(all())).await, Err(Fault::Refused(_))));
        }
        let (mut consented, mut seen, mut refused) = (false, 0, 0);
        for line in lines(&embedded) {
            match (line.act.as_str(), &line.outcome) {
                ("file-deed", _) => consented = !consented,
                ("search", Outcome::Done) => {
                    assert!(consented, "a page was given out after the withdrawal");
                    seen += 1;
                }
                ("search", _) => refused += 1,
                _ => {}
            }
        }
        assert!(refused >= 8 && seen + refused == 8 * 13, "{seen} seen, {refused} refused");
    });
}

#[test]
fn a_cursor_does_not_outlive_the_consent_under_which_it_was_given() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (_embedded, host) = open(dir.path());
        let gateway = gateway(&host).await;
        let id = DeedId(Uuid::new_v4());
        ask(&gateway, &doctor(2), consent(id, DeedStatus::Active)).await.unwrap();
        let first = Query { page_size: 1, ..all() };
        let Ok(Found::Page(page)) = ask(&gateway, &doctor(2), Act::Search(first.clone())).await else {
            panic!("the consent is in force")
        };
        let next = Query { after: page.next, ..first };
        assert!(page.next.is_some());
        assert!(ask(&gateway, &doctor(2), Act::Search(next.clone())).await.is_ok());
        ask(&gateway, &front_end(), consent(id, DeedStatus::Inactive)).await.unwrap();
        let late = ask(&gateway, &doctor(2), Act::Search(next)).await;
        assert!(matches!(late, Err(Fault::Refused(_))), "{late:?}");
    });
}
