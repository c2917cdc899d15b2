use super::*;

const PSC: &str = "kind = \"pro-sante-connect\"\naudiences = [\"urn:dmp\"]\nkeys = \"keys.json\"\n";
const HOLDER: &str = "kind = \"holder\"\naudiences = [\"urn:dmp\"]\nkeys = \"keys.json\"\n";
const STRUCTURES: &str = "kind = \"structure\"\naudiences = [\"urn:dmp\"]\n";
const ASK: &str = "introspection = { url = \"https://psc.example\", client_id = \"me\", secret = \"file\" }\n";

fn tokens(issuers: &[String]) -> Tokens {
    let parts = issuers.iter().map(|issuer| format!("[[issuers]]\n{issuer}")).collect::<String>();
    toml::from_str(&format!("anchors = \"ca.pem\"\n{parts}")).unwrap()
}

fn named(issuer: &str, name: &str) -> String {
    format!("{issuer}issuer = \"{name}\"\n")
}

fn said(tokens: &Tokens) -> String {
    tokens.check(true).map_or_else(|error| error.to_string(), |()| "good".to_owned())
}

#[test]
fn issuers_of_different_names_or_for_different_certificates_stand_beside_each_other() {
    let psc = named(PSC, "https://psc.example") + ASK;
    let holder = named(HOLDER, "https://psc.example") + ASK;
    assert_eq!(said(&tokens(&[psc, holder, named(PSC, "https://other.example"), STRUCTURES.to_owned()])), "good");
}

#[test]
fn a_second_issuer_of_a_name_is_refused() {
    let psc = named(PSC, "https://psc.example");
    assert!(said(&tokens(&[psc.clone(), psc.clone()])).contains("tokens.issuers: two of them have one name"));
    assert!(said(&tokens(&[STRUCTURES.to_owned(), psc.clone(), STRUCTURES.to_owned()])).contains("one name"));
    let own = named(STRUCTURES, "https://psc.example") + "structure = \"10B0999001\"\nkeys = \"keys.json\"\n";
    assert!(said(&tokens(&[psc, own])).contains("one name"), "a structure's certificate brings the tokens of both");
}

#[test]
fn a_second_issuer_that_is_asked_about_opaque_tokens_is_refused() {
    let [one, other] = ["one", "other"].map(|name| named(PSC, name) + ASK);
    assert!(said(&tokens(&[one, other])).contains("two of them have introspection"));
}

#[test]
fn a_token_without_life_is_refused_by_name() {
    let short = named(PSC, "https://psc.example") + "life_seconds = 0\n";
    assert!(said(&tokens(&[short])).starts_with("tokens.issuers.life_seconds: "));
}
