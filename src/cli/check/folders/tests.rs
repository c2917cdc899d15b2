use super::*;

#[test]
fn a_folder_that_is_there_or_can_be_made_is_in_order_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    try_writing(folder.path()).unwrap();
    try_writing(&folder.path().join("new/and/deep")).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_below_a_file_or_a_link_to_nowhere_cannot_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "").unwrap();
    std::os::unix::fs::symlink(folder.path().join("gone"), &link).unwrap();
    for place in [file.clone(), file.join("lists"), link] {
        try_writing(&place).unwrap_err();
    }
}
