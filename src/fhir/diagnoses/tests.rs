use std::{collections::BTreeSet, fs, path::PathBuf};

use super::*;

#[test]
fn every_code_is_used_once() {
    let codes: Vec<_> = all().into_iter().map(|diagnosis| diagnosis.code).collect();
    let distinct: BTreeSet<_> = codes.iter().collect();
    assert_eq!(codes.len(), distinct.len());
}

#[test]
fn every_code_lies_in_a_range_that_is_ours() {
    for diagnosis in all() {
        let number: u16 = diagnosis.code.strip_prefix("DMP-").unwrap().parse().unwrap();
        assert!((100..=899).contains(&number), "{}", diagnosis.code);
    }
}

/// Run with `DMP_WRITE=1` to write the table anew.
#[test]
fn the_published_table_is_this_one() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/diagnoses.md");
    if std::env::var_os("DMP_WRITE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, table()).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), table(), "docs/diagnoses.md is stale: DMP_WRITE=1 writes it anew");
}
