//! The cases, in the order that disturbs least: reads while the record is small, uploads last.

use serde_json::{Value, json};

use crate::{
    Outcome,
    burst::Connecting,
    document::Content,
    exchange::Request,
    machine,
    report::{Contender, Report},
    settings::Settings,
    stage::{Load, Stage},
};

/// Documents in the record that is searched; every third is masked to the reader.
const DOCUMENTS: usize = 150;

const KB: usize = 1_000;
const MB: usize = 1_000_000;
const GIB: usize = 1 << 30;

/// No case has a bound of its own where time is the bound.
const UNBOUNDED: u64 = u64::MAX;

/// Runs everything.
pub fn all(settings: &Settings) -> Outcome<Report> {
    let mut stage = Stage::set(settings)?;
    let documents = fill(&mut stage)?;
    read(&mut stage, &documents)?;
    search(&mut stage)?;
    handshakes(&mut stage, "full handshake and GET metadata", Connecting::Anew)?;
    handshakes(&mut stage, "resumed handshake and GET metadata", Connecting::Resuming)?;
    submit(&mut stage, "ITI-65 of 100 kB", 100 * KB, settings.connections, 2_000)?;
    submit(&mut stage, "ITI-65 of 10 MB", 10 * MB, 1, 40)?;
    retrieve(&mut stage, "retrieve 10 MB", 10 * MB, UNBOUNDED)?;
    submit(&mut stage, "ITI-65 of 200 MB", 200 * MB, 1, 2)?;
    retrieve(&mut stage, "retrieve 200 MB", 200 * MB, 2)?;
    if settings.big {
        submit(&mut stage, "ITI-65 of 1 GiB", GIB, 1, 1)?;
        retrieve(&mut stage, "retrieve 1 GiB", GIB, 1)?;
    }
    stage.report.circumstances.push(("load averages after", json!(machine::load())));
    Ok(stage.report)
}

/// Files the record by ITI-105 and tells the ids of the documents on the reader's first page.
fn fill(stage: &mut Stage) -> Outcome<Vec<String>> {
    let content = Content::of_size(3 * KB);
    for number in 0..DOCUMENTS {
        let body = stage.filing(number % 3 == 2)?.simplified(&content)?;
        stage.ask(&stage.author, &Request::post("/fhir/DocumentReference", body))?;
    }
    let path = stage.search_path()?;
    let page = stage.resource(&stage.reader, &path)?;
    let total = |page: &Value| page.get("total").cloned().unwrap_or_default();
    let of_author = total(&stage.resource(&stage.author, &path)?);
    let ids = ids_on(&page);
    let record = json!({"author_sees": of_author, "reader_sees": total(&page), "on_the_page": ids.len()});
    stage.report.circumstances.push(("the record searched", record));
    if ids.is_empty() { Err("the reader sees no document".into()) } else { Ok(ids) }
}

fn ids_on(page: &Value) -> Vec<String> {
    let entries = page.get("entry").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let matches = entries.iter().filter(|entry| entry.pointer("/search/mode").is_none_or(|mode| mode == "match"));
    matches.filter_map(|entry| Some(entry.pointer("/resource/id")?.as_str()?.to_owned())).collect()
}

fn read(stage: &mut Stage, documents: &[String]) -> Outcome<()> {
    let path = |number: u64| {
        let turn = usize::try_from(number).unwrap_or_default() % documents.len();
        format!("/fhir/DocumentReference/{}", documents.get(turn).map_or("", String::as_str))
    };
    get(stage, "read a DocumentReference", &path, Connecting::Once)
}

fn search(stage: &mut Stage) -> Outcome<()> {
    let path = stage.search_path()?;
    get(stage, "search, page of 50", &|_| path.clone(), Connecting::Once)
}

fn handshakes(stage: &mut Stage, case: &'static str, connecting: Connecting) -> Outcome<()> {
    get(stage, case, &|_| "/fhir/metadata".to_owned(), connecting)
}

/// A `GET` of the gateway, then of nginx with a body of the same bytes. With new connections nginx serves its file: the
/// handshake is the case.
fn get(
    stage: &mut Stage,
    case: &'static str,
    path: &(dyn Fn(u64) -> String + Sync),
    connecting: Connecting,
) -> Outcome<()> {
    let reader = stage.reader.clone();
    let bytes = stage.ask(&reader, &Request::get(&path(0)))?.body;
    let connections = stage.settings.connections;
    let load =
        Load { case, connections, connecting, count: UNBOUNDED, status: 200, request: &|n| Request::get(&path(n)) };
    stage.load_ours(&reader, &load)?;
    if let Some(mirror) = &stage.mirror {
        mirror.put("body", &bytes)?;
    }
    if connecting == Connecting::Once {
        stage.load_nginx(Contender::Proxy, &Load { request: &|_| Request::get("/proxy/body"), ..load })?;
    }
    stage.load_nginx(Contender::File, &Load { request: &|_| Request::get("/file/body"), ..load })
}

fn submit(stage: &mut Stage, case: &'static str, bytes: usize, connections: usize, count: u64) -> Outcome<()> {
    let content = Content::of_size(bytes);
    let filing = stage.filing(false)?;
    // A submission that cannot be made would fail as an empty request, and be told in the table.
    let to = |path: &str| match filing.submission(&content) {
        Ok(body) => Request::post(path, body),
        Err(_) => Request::get(path),
    };
    let author = stage.author.clone();
    let load = Load { case, connections, connecting: Connecting::Once, count, status: 200, request: &|_| to("/fhir") };
    stage.load_ours(&author, &load)?;
    stage.load_nginx(Contender::Proxy, &Load { request: &|_| to("/sink"), ..load })
}

fn retrieve(stage: &mut Stage, case: &'static str, bytes: usize, count: u64) -> Outcome<()> {
    let content = Content::of_size(bytes);
    let path = stage.submit(&content)?;
    let reader = stage.reader.clone();
    let native = |path: &str| Request::get_native(path, "application/pdf");
    let load =
        Load { case, connections: 1, connecting: Connecting::Once, count, status: 200, request: &|_| native(&path) };
    stage.load_ours(&reader, &load)?;
    if let Some(mirror) = &stage.mirror {
        mirror.put_zeros("content", content.size() as u64)?;
    }
    stage.load_nginx(Contender::Proxy, &Load { request: &|_| native("/proxy/content"), ..load })?;
    stage.load_nginx(Contender::File, &Load { request: &|_| native("/file/content"), ..load })
}
