//! The embedded host keeps the contract, and survives what one machine can do to it.

mod crash;
mod decided;
mod durability;
mod proof;

use std::{future::Future, path::Path};

use super::*;
use crate::hds::{
    Host,
    contract::{
        self, amendments,
        cast::{holder, noon, open_record},
        deeds, lists, traces,
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
    ($($of:ident: $($name:ident)*;)*) => {$($(
        #[test]
        fn $name() {
            let dir = tempfile::tempdir().unwrap();
            run(async {
                let (embedded, host) = open_with_records(dir.path()).await;
                $of::$name(&host).await;
                embedded.close().await.unwrap();
            });
            Embedded::verify(dir.path(), None).unwrap().unwrap();
        }
    )*)*};
}

keeps_the_contract! {
    contract:
        what_is_filed_is_found
        what_was_replaced_is_closed_with_its_masked_heir
        an_entry_uuid_takes_nobodys_address
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
        a_page_of_another_moment_is_gone
        an_answer_from_older_facts_is_stale
        work_that_no_longer_fits_is_not_committed
        a_notice_is_owed_once_per_act
        discarded_content_is_gone_and_filed_content_stays
        an_assertion_serves_once
    ;
    amendments:
        an_amendment_makes_a_new_version
        a_flag_that_stays_keeps_whose_it_is
        an_amendment_that_changes_nothing_makes_no_version
        a_document_is_not_masked_and_hidden_at_once
        only_what_is_open_and_ones_own_is_amended
        an_amendment_is_of_the_version_that_the_caller_knows
        an_identifier_names_what_is_open_to_the_caller
        an_identifier_leads_to_ones_own_document_first
        every_version_is_kept_and_told_where_it_is_open
        a_deleted_document_is_gone_for_those_who_saw_it
        one_of_two_amendments_at_once_is_committed
        an_announcement_is_kept
    ;
    lists:
        sets_and_folders_are_filed_with_their_documents
        a_list_tells_only_what_is_open
        pages_of_lists_are_full_and_newest_first
    ;
    deeds:
        a_consent_takes_effect_at_once_and_so_does_its_withdrawal
        a_deed_is_told_to_those_to_whom_it_is_open
        a_deed_is_changed_by_those_who_may_in_the_version_that_they_know
        the_last_choice_for_an_emergency_counts
        a_withdrawal_between_decision_and_release_is_heeded
        loaded_facts_are_deeds_on_file
        what_was_loaded_is_changed_like_what_was_filed
        pages_of_deeds_are_full
        a_record_is_told_where_there_is_one
    ;
    traces:
        traces_are_those_of_one_record_newest_first
        a_professional_sees_their_own_acts
        a_trace_names_nothing_that_is_closed_to_its_reader
        a_mask_leaves_no_trace_in_traces
        a_search_of_traces_sees_only_what_is_told
        pages_of_traces_are_of_one_moment
        a_trace_is_read_by_the_id_of_its_request
        the_grounds_of_a_refusal_are_for_the_holder_alone
    ;
}
