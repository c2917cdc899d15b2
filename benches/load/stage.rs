//! What every case needs: both servers up, the callers, the filled record, and the way of measuring.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use crate::{
    Outcome,
    burst::{Burst, Connecting},
    client::Client,
    document::{Body, Content, Filing},
    exchange::{Bodies, Reply, Request, exchange},
    gateway::Gateway,
    machine,
    mirror::Mirror,
    process::Server,
    report::{Contender, Report, Row},
    settings::Settings,
};

/// The servers, the callers and the report.
#[derive(Debug)]
pub struct Stage {
    /// The settings.
    pub settings: Settings,
    /// nginx, where there is one.
    pub mirror: Option<Mirror>,
    /// The gateway.
    pub gateway: Gateway,
    /// Who files: the treating physician.
    pub author: Client,
    /// Who reads: a surgeon of the care team, who wrote nothing.
    pub reader: Client,
    /// The report.
    pub report: Report,
    /// Removed when the stage falls.
    _folder: tempfile::TempDir,
}

/// What one burst puts on one server.
pub struct Load<'a> {
    /// The case.
    pub case: &'static str,
    /// Connections.
    pub connections: usize,
    /// How they are used.
    pub connecting: Connecting,
    /// The most requests.
    pub count: u64,
    /// The status of success.
    pub status: u16,
    /// The request of each number.
    pub request: &'a (dyn Fn(u64) -> Request + Sync),
}

impl Stage {
    /// Starts both servers. The gateway starts twice, so that the time to ready holds no making of keys.
    pub fn set(settings: &Settings) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("dmp-load").tempdir_in(&settings.folder)?;
        let demo = folder.path().join("demo");
        fs::create_dir_all(&demo)?;
        drop(Gateway::start(&settings.gateway, &demo)?);
        let mut report = Report::default();
        report.circumstances.push(("machine", machine::describe(folder.path())?));
        let gateway = Gateway::start(&settings.gateway, &demo)?;
        let mirror = Mirror::start(&settings.nginx, folder.path(), &gateway)?;
        if mirror.is_none() {
            println!(
                "no nginx: no ratios. On Debian, `apt-get install nginx-light`; elsewhere name its binary in LOAD_NGINX"
            );
        }
        report.circumstances.push(("at rest", at_rest(settings, &gateway)?));
        let (author, reader) = (gateway.client("treating-physician")?, gateway.client("team-surgeon")?);
        let settings = settings.clone();
        Ok(Self { settings, mirror, gateway, author, reader, report, _folder: folder })
    }

    /// Files in the open record as the treating physician.
    pub fn filing(&self, masked: bool) -> Outcome<Filing> {
        Ok(Filing {
            author: self.gateway.person("treating-physician")?,
            patient: self.gateway.patient("open")?,
            masked,
        })
    }

    /// The first page of the open record.
    pub fn search_path(&self) -> Outcome<String> {
        let (system, value) = self.gateway.patient("open")?;
        Ok(format!("/fhir/DocumentReference?patient.identifier={system}%7C{value}&status=current&_count=50"))
    }

    /// One request as that caller, its answer kept; anything but success ends the bench with the server's own words.
    pub fn ask(&self, caller: &Client, request: &Request) -> Outcome<Reply> {
        let reply = exchange(&mut caller.connect()?, request, Bodies::Kept)?;
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        Err(format!("status {}: {}", reply.status, String::from_utf8_lossy(&reply.body)).into())
    }

    /// One JSON resource.
    pub fn resource(&self, caller: &Client, path: &str) -> Outcome<Value> {
        Ok(serde_json::from_slice(&self.ask(caller, &Request::get(path))?.body)?)
    }

    /// Submits one document (ITI-65) and tells the path of its content.
    pub fn submit(&self, content: &Content) -> Outcome<String> {
        let body: Body = self.filing(false)?.submission(content)?;
        let reply: Value = serde_json::from_slice(&self.ask(&self.author, &Request::post("/fhir", body))?.body)?;
        let locations = reply.pointer("/entry").and_then(Value::as_array).ok_or("no entries in the answer")?;
        let mut ids = locations.iter().filter_map(|entry| id_in(entry.pointer("/response/location")?.as_str()?));
        let id = ids.next().ok_or("no location of a DocumentReference")?;
        self.content_path(&id)
    }

    /// The path of the content of a document.
    pub fn content_path(&self, id: &str) -> Outcome<String> {
        let reference = self.resource(&self.reader, &format!("/fhir/DocumentReference/{id}"))?;
        let url = reference.pointer("/content/0/attachment/url").and_then(Value::as_str).ok_or("no url")?;
        let at = url.find("/fhir/").ok_or("the url is not the gateway's")?;
        Ok(url.get(at..).unwrap_or_default().to_owned())
    }

    /// Loads the gateway as that caller.
    pub fn load_ours(&mut self, caller: &Client, load: &Load<'_>) -> Outcome<()> {
        let (client, server) = (caller.of(self.gateway.address), self.gateway.server());
        self.load(Contender::Ours, client, server, load)
    }

    /// Loads nginx, where there is one.
    pub fn load_nginx(&mut self, contender: Contender, load: &Load<'_>) -> Outcome<()> {
        let Some(mirror) = &self.mirror else { return Ok(()) };
        let (client, server) = (self.reader.of(mirror.address), mirror.server());
        self.load(contender, client, server, load)
    }

    fn load(&mut self, contender: Contender, client: Client, server: Server, load: &Load<'_>) -> Outcome<()> {
        let burst = |count, time| {
            let Load { connections, connecting, status, request, .. } = *load;
            Burst { client: client.clone(), connections, connecting, count, time, status, request }.run()
        };
        eprintln!("{} on {contender:?} ...", load.case);
        burst(load.count.min(500) / 10, Duration::from_secs(1));
        server.forget_peak()?;
        let (cpu, resident) = (server.cpu()?, server.resident()?);
        let tally = burst(load.count, self.settings.time);
        let spent = server.cpu()?.saturating_sub(cpu).as_secs_f64() * 1e6;
        let cpu = spent / tally.done().max(1) as f64;
        self.report.rows.push(Row { case: load.case, contender, tally, cpu, resident, peak: server.peak()? });
        Ok(())
    }
}

/// The id in a location such as `DocumentReference/ID/_history/1`.
fn id_in(location: &str) -> Option<String> {
    let (_, behind) = location.split_once("DocumentReference/")?;
    behind.split('/').next().map(str::to_owned)
}

/// Start, memory and size of the gateway that does nothing.
fn at_rest(settings: &Settings, gateway: &Gateway) -> Outcome<Value> {
    Ok(json!({
        "start_to_ready_ms": gateway.ready_in.as_secs_f64() * 1e3,
        "idle_rss_kib": gateway.server().resident()?,
        "binary_bytes": fs::metadata(&settings.gateway)?.len(),
    }))
}
