//! Running cases, one after the other, step by step.

use std::{collections::BTreeMap, time::Instant};

use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;

use super::{
    Case, Clients, Report, Roles, Suite,
    case::{Encoding, Step},
    check::{Expect, Unmet},
    client::{Answer, Asked, Unanswered},
    json,
    report::{Failure, Outcome, Told},
    scope::{self, Scope},
    template, xml,
};

/// What is needed to run cases against one server.
pub struct Runner<'a> {
    /// The FHIR base, without a slash at the end.
    pub base: &'a str,
    /// Who calls.
    pub roles: &'a Roles,
    /// Their clients.
    pub clients: &'a Clients,
    /// The bodies of the cases.
    pub suite: &'a Suite,
}

impl Runner<'_> {
    /// Runs all cases in their order.
    pub async fn run(&self, began: Timestamp) -> Report {
        let mut told = Vec::new();
        for case in &self.suite.cases {
            told.push(self.tell(case).await);
        }
        Report::new(self.base, began, told)
    }

    async fn tell(&self, case: &Case) -> Told {
        let began = Instant::now();
        let outcome = match self.why_not(case) {
            Some(why) => Outcome::Skipped(why),
            None => self.outcome(case).await,
        };
        Told {
            group: case.group.clone(),
            table: case.table.clone(),
            id: case.id.clone(),
            title: case.title.clone(),
            requirements: case.requirements.clone(),
            outcome,
            took: began.elapsed(),
        }
    }

    /// Why a case does not apply here.
    fn why_not(&self, case: &Case) -> Option<String> {
        if case.rule_set.is_some() && case.rule_set != self.roles.rule_set {
            return Some(format!("holds under the rule set {}", case.rule_set.as_deref().unwrap_or_default()));
        }
        let missing = case.steps.iter().find(|step| !self.clients.know(&step.role))?;
        Some(format!("there is no certificate for the role {}", missing.role))
    }

    async fn outcome(&self, case: &Case) -> Outcome {
        let mut scope = Scope::new(self.base, self.roles, &self.suite.bodies, Timestamp::now());
        let mut failure = None;
        if let Err(why) = give(&mut scope, &case.given) {
            return ended(Failure::of_case(case, &why));
        }
        for (at, step) in case.steps.iter().enumerate() {
            if failure.is_some() && !step.always {
                continue;
            }
            if let Err(unmet) = self.step(&mut scope, step).await {
                failure = failure.or_else(|| Some(Failure::of(at + 1, step, &unmet, &self.roles.personal())));
            }
        }
        failure.map_or(Outcome::Passed, ended)
    }

    async fn step(&self, scope: &mut Scope<'_>, step: &Step) -> Result<(), Unmet> {
        let broken = |why: String| Unmet::of("the case itself", "a request", why);
        give(scope, &step.given).map_err(broken)?;
        let asked = self.asked(scope, step).map_err(broken)?;
        let expect = expectation(scope, &step.expect).map_err(broken)?;
        let answer = self.clients.send(&step.role, &asked).await;
        if expect.refused {
            return is_refused(answer);
        }
        let answer = answer.map_err(|none| Unmet::of("an answer", "HTTP", none.why))?;
        expect.check(&answer)?;
        if expect.silent {
            self.is_silent(&answer)?;
        }
        for (name, place) in &step.save {
            scope.save(name, taken(&answer, place)?);
        }
        Ok(())
    }

    fn is_silent(&self, answer: &Answer) -> Result<(), Unmet> {
        let text = answer.text();
        match self.roles.personal().iter().find(|(id, _)| text.contains(id.as_str())) {
            Some((_, name)) => Err(Unmet::of("silence", "no identifier", format!("the body tells {name}"))),
            None => Ok(()),
        }
    }

    fn asked(&self, scope: &mut Scope<'_>, step: &Step) -> Result<Asked, String> {
        let request = text(scope, &step.request)?;
        let (method, path) = request.split_once(' ').ok_or("a request is a method and a path")?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        scope.make(step.instance.as_deref());
        let made = self.body(scope, step);
        scope.make(None);
        let (body, kind) = made?.map_or((None, None), |(body, kind)| (Some(body), Some(kind)));
        let mut headers = Vec::new();
        if let Some(kind) = kind.filter(|_| !step.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")))
        {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        for (name, value) in &step.headers {
            headers.push((name.clone(), text(scope, value)?));
        }
        let about = text(scope, "{{documents}}").unwrap_or_default();
        Ok(Asked { method, address, headers, body, about })
    }

    /// The body and its media type.
    fn body(&self, scope: &Scope<'_>, step: &Step) -> Result<Option<(String, &'static str)>, String> {
        if let Some(form) = &step.form {
            return text(scope, form).map(|form| Some((form, "application/x-www-form-urlencoded")));
        }
        if let Some(plain) = &step.text {
            return text(scope, plain).map(|plain| Some((plain, "application/fhir+json")));
        }
        let told = match (&step.json, step.body.as_ref().filter(|name| !name.is_empty())) {
            (Some(value), _) => value.clone(),
            (None, Some(name)) if name.contains('.') => {
                return text(scope, self.named(name)?).map(|body| Some((body, "application/fhir+xml")));
            }
            (None, Some(name)) => {
                let text = self.named(&format!("{name}.json"))?;
                serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?
            }
            (None, None) => return Ok(None),
        };
        let mut resource = filled(scope, &told)?;
        for mutation in &step.mutate {
            mutation.filled(scope)?.apply(&mut resource)?;
        }
        match step.encode.unwrap_or(Encoding::Json) {
            Encoding::Json => Ok(Some((resource.to_string(), "application/fhir+json"))),
            Encoding::Xml => Ok(Some((xml::write(&resource)?, "application/fhir+xml"))),
        }
    }

    fn named(&self, name: &str) -> Result<&str, String> {
        self.suite.bodies.get(name).map(String::as_str).ok_or_else(|| format!("there is no body {name}"))
    }
}

/// A failure, unless the case needs an identity that the roles do not tell.
fn ended(failure: Failure) -> Outcome {
    if scope::is_of_roles(&failure.got) { Outcome::Skipped(failure.got) } else { Outcome::Failed(Box::new(failure)) }
}

/// A value with its placeholders filled.
pub fn filled(scope: &Scope<'_>, value: &Value) -> Result<Value, String> {
    template::fill(value, &|name| scope.resolve(name))
}

fn give(scope: &mut Scope<'_>, given: &BTreeMap<String, Value>) -> Result<(), String> {
    for (name, value) in given {
        let value = filled(scope, value)?;
        scope.save(name, value);
    }
    Ok(())
}

fn text(scope: &Scope<'_>, told: &str) -> Result<String, String> {
    template::fill_text(told, &|name| scope.resolve(name)).map(|value| json::text(&value))
}

fn expectation(scope: &Scope<'_>, expect: &Expect) -> Result<Expect, String> {
    let told = serde_json::to_value(expect).map_err(|error| error.to_string())?;
    serde_json::from_value(filled(scope, &told)?).map_err(|error| error.to_string())
}

/// Whether TLS, or a gateway that knows no such caller, said no.
fn is_refused(answer: Result<Answer, Unanswered>) -> Result<(), Unmet> {
    match answer {
        Err(Unanswered { by_tls: true, .. }) => Ok(()),
        Err(none) => Err(Unmet::of("a refusal by TLS", "an alert, 401 or 403", none.why)),
        Ok(answer) if matches!(answer.status, 401 | 403) => Ok(()),
        Ok(answer) => Err(Unmet::of("a refusal by TLS", "an alert, 401 or 403", answer.status.to_string())),
    }
}

/// What a step keeps of an answer.
fn taken(answer: &Answer, place: &str) -> Result<Value, Unmet> {
    if let Some(name) = place.strip_prefix("header:") {
        let value = answer.header(name).ok_or_else(|| Unmet::of(format!("header {name}"), "something", "nothing"))?;
        return Ok(value.into());
    }
    let found = json::select(answer.resource()?, place).into_iter().next();
    found.cloned().ok_or_else(|| Unmet::of(place, "something to keep", "nothing"))
}
