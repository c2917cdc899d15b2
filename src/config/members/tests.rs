use super::*;

fn differing(one: &str, other: &str) -> Vec<String> {
    Members::read(one).unwrap().fixed_that_differ(&Members::read(other).unwrap())
}

#[test]
fn what_may_change_is_no_difference() {
    let one = "[tls]\nkey = \"a\"\n[identity]\nfront_ends = [\"1\"]";
    assert!(differing(one, "[tls]\nkey = \"b\"\n[identity]\nfront_ends = []\n[law]\nmatrix = \"m.csv\"").is_empty());
}

#[test]
fn what_may_not_change_is_named_even_where_it_is_new_or_gone() {
    assert_eq!(differing("listen = \"a\"", "listen = \"b\""), ["listen"]);
    assert_eq!(differing("", "[limits]\nuploads = 3\n[host]\nkind = \"x\""), ["host.kind", "limits.uploads"]);
    assert_eq!(differing("[limits]\nuploads = 3", "limits = 3"), ["limits"]);
}

#[test]
fn a_member_that_nobody_knows_yet_may_not_change() {
    assert_eq!(differing("", "[tls]\nnew = 1"), ["tls.new"]);
}
