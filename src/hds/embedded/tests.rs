//! The embedded host keeps the contract, and survives what one machine can do to it.

mod crash;
mod durability;
mod proof;

use std::{future::Future, path::Path};

use super::*;
use crate::hds::{
    Host,
    contract::{
        self,
        cast::{holder, noon, open_record},
    },
};

pub(super) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(super) fn open(dir: &Path) -> (Arc<Embedded>, Host) {
    let embedded = Embedded::open(dir, Options::default()).unwrap();
    (Arc::clone(&embedded), Host::Embedded(embedded))
}

/// A host with two open records.
pub(super) async fn open_with_records(dir: &Path) -> (Arc<Embedded>, Host) {
    let (embedded, host) = open(dir);
    for number in [1, 2] {
        embedded.load(&holder(number), open_record(), noon()).await.unwrap();
    }
    (embedded, host)
}

macro_rules! keeps_the_contract {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            let dir = tempfile::tempdir().unwrap();
            run(async {
                let (embedded, host) = open_with_records(dir.path()).await;
                contract::$name(&host).await;
                embedded.close().await.unwrap();
            });
            Embedded::verify(dir.path(), None).unwrap().unwrap();
        }
    )*};
}

keeps_the_contract! {
    what_is_filed_is_found
    whoever_files_is_known_to_the_facts
    the_same_submission_again_is_answered_as_before
    the_same_replacement_again_is_answered_as_before
    a_unique_id_names_one_content_of_an_author
    a_unique_id_of_another_author_does_no_harm
    a_replacement_supersedes_and_inherits_the_mask
    only_ones_own_current_document_is_replaceable
    a_delegate_files_in_the_name_of_the_professional
    a_document_of_another_record_is_never_found
    a_mask_leaves_no_trace
    pages_cover_a_record_once_newest_first
    an_answer_from_older_facts_is_stale
    work_that_no_longer_fits_is_not_committed
    a_notice_is_owed_once_per_act
    discarded_content_is_gone_and_filed_content_stays
}
