//! `demo`: makes what is missing in a folder, and serves it.

use std::{
    error::Error,
    fs,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use jiff::Timestamp;

use super::{
    cast,
    cast::{Card, Cast},
    directory, pki,
    seed::{self, Samples},
    tokens::{self, Mint},
};
use crate::{
    cli::{
        Ended,
        serve::{self, Sockets},
    },
    config::{AdminAddress, Config},
    http::edge::Clock,
    telemetry,
};

/// Makes what is missing in the folder and serves it until told to stop.
///
/// # Errors
/// What keeps it from being made or served.
pub fn run(dir: &Path, listen: SocketAddr, admin: SocketAddr, out: &mut dyn Write) -> Ended {
    telemetry::log(true);
    let sockets = Sockets::bind(listen, &AdminAddress::Loopback(admin))?;
    let (address, admin) = (sockets.callers.local_addr()?, sockets.admin.address()?);
    let clock = Clock::of_machine();
    let cast = prepare(dir, address, &admin, &clock)?;
    let mut config = Config::read(&dir.join("gateway.toml"))?;
    config.listen = address;
    config.admin = admin;
    config.base_url = format!("https://{address}/fhir");
    config.check()?;
    let parts = serve::assemble(&config, clock)?;
    let samples = actix_web::rt::System::new().block_on(seed::records(&parts, &cast, dir))?;
    introduce(&cast, out)?;
    commands(dir, &config.base_url, &cast, &samples, out)?;
    writeln!(out, "operator {}", config.admin.base())?;
    serve::serve(parts, sockets, || {
        writeln!(out, "ready {}", config.base_url)?;
        out.flush()
    })
}

/// Authority, certificates, cast, directory and configuration, as far as they are missing.
fn prepare(dir: &Path, address: SocketAddr, admin: &AdminAddress, clock: &Clock) -> Result<Cast, Box<dyn Error>> {
    fs::create_dir_all(dir)?;
    let cast = Cast::assemble()?;
    pki::prepare(&dir.join("pki"), &cast, &address.ip().to_string(), clock.now())?;
    Mint::of(dir, &cast).prepare(clock.now())?;
    fs::write(dir.join("cast.json"), cast::cast_json(&cast)?)?;
    fs::write(dir.join("directory.txt"), directory::directory_file(&cast))?;
    let config = dir.join("gateway.toml");
    if !config.exists() {
        fs::write(config, configuration(&cast, address, admin))?;
    }
    Ok(cast)
}

fn configuration(cast: &Cast, address: SocketAddr, admin: &AdminAddress) -> String {
    let front_ends: Vec<String> = cast.front_ends().map(|id| format!("\"{}\"", id.as_str())).collect();
    format!(
        r#"# The configuration of this demonstration; paths are relative to this file. See the README's table.
listen = "{address}"
admin = "{admin}"
base_url = "https://{address}/fhir"
environment = "test"
rule_set = "dmp"

[tls]
certificate = "pki/server.pem"
key = "pki/server.key"
anchors = "pki/ca.pem"
intermediates = "pki/intermediates.pem"
revocation = ["pki/crl.pem"]

[identity]
directory = "directory.txt"
front_ends = [{}]

[tokens]
cache = "issuers/cache"

# The holder's front end: it says which holder acts.
[[tokens.issuers]]
kind = "holder"
issuer = "{}"
audiences = ["{}"]
algorithms = ["ES256"]
keys = "issuers/holder.jwks.json"

# A stand-in for Pro Santé Connect.
[[tokens.issuers]]
kind = "pro-sante-connect"
issuer = "{}"
audiences = ["{}"]
algorithms = ["ES256"]
keys = "issuers/psc.jwks.json"

# Structures sign with the keys of their certificates.
[[tokens.issuers]]
kind = "structure"
audiences = ["{}"]

[host]
kind = "embedded"
path = "host"

[source.practice_setting]
system = "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"
code = "AMBULATOIRE"

# Far above the defaults: a demonstration has few callers, of which some are load tests.
[limits]
connections_per_peer = 10000
handshakes_per_address = 10000
requests_per_second = 100000
filings_per_second = 100000
filings_burst = 100000
burst = 100000
"#,
        front_ends.join(", "),
        tokens::HOLDER_ISSUER,
        tokens::AUDIENCE,
        tokens::PSC_ISSUER,
        tokens::AUDIENCE,
        tokens::AUDIENCE,
    )
}

/// The table of people.
fn introduce(cast: &Cast, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(
        out,
        "\nCallers (certificates in pki/clients; the .p12 files open with the password `{}`):",
        pki::P12_PASSWORD
    )?;
    for caller in &cast.callers {
        let id = caller.ps_idnat().map_or("", |id| id.as_str());
        writeln!(out, "  {:<22} {:<17} {:<24} {}", caller.name, caller.kind(), id, caller.story)?;
    }
    writeln!(out, "\nHolders:")?;
    for holder in &cast.holders {
        writeln!(out, "  {:<22} {:<17} {}", holder.name, holder.ins.matricule(), holder.story)?;
    }
    Ok(())
}

/// Commands that work as they stand.
fn commands(dir: &Path, base: &str, cast: &Cast, samples: &Samples, out: &mut dyn Write) -> std::io::Result<()> {
    let Some(open) = cast.holder("open") else { return Ok(()) };
    let patient = format!("patient.identifier={}%7C{}", open.ins.system().uri(), open.ins.matricule());
    let curl = |caller: &str| {
        let pki = dir.join("pki");
        let file = |ending: &str| pki.join("clients").join(format!("{caller}.{ending}")).display().to_string();
        let call =
            format!("curl --cacert {} --cert {} --key {}", pki.join("ca.pem").display(), file("pem"), file("key"));
        match cast.caller(caller).map(|caller| &caller.card) {
            Some(Card::FrontEnd) => {
                let token = dir.join("tokens").join(tokens::file(caller, "open"));
                format!("{call} --header \"authorization: Bearer $(cat {})\"", token.display())
            }
            Some(Card::Professional { .. } | Card::Employee { .. } | Card::Organisation) | None => call,
        }
    };
    let send = |caller: &str, file: &Path| {
        let header = "--header 'content-type: application/fhir+json'";
        format!("{} {header} --data-binary @{}", curl(caller), file.display())
    };
    let physician = curl("treating-physician");
    let search = format!("'{base}/DocumentReference?{patient}&status=current'");
    let log = format!("'{base}/AuditEvent?{patient}&date=ge2020-01-01&date=lt2100-01-01'");
    for (title, command) in [
        ("What the gateway can do", format!("{physician} {base}/metadata")),
        ("A permitted search, by the treating physician", format!("{physician} {search}")),
        (
            "A refused one, by a specialist without the holder's consent",
            format!("{} {search}", curl("outside-specialist")),
        ),
        (
            "A document filed by the treating physician",
            format!("{} {base}/DocumentReference", send("treating-physician", &samples.document)),
        ),
        ("The holder's consent for that specialist", format!("{} {base}/Consent", send("ens", &samples.consent))),
        ("Who was in the record, as the holder sees it", format!("{} {log}", curl("ens"))),
    ] {
        writeln!(out, "\n{title}:\n  {command}")?;
    }
    writeln!(out, "\nTokens last four hours; `dmp-gateway demo token --dir {}` makes fresh ones.", dir.display())?;
    writeln!(out)
}

/// Prints a fresh token of a demonstration that was made before.
///
/// # Errors
/// There is no such demonstration, caller, professional or holder.
pub fn token(wanted: &Wanted, out: &mut dyn Write) -> Ended {
    let cast = Cast::assemble()?;
    let mint = Mint::of(&wanted.dir, &cast);
    let (caller, now) = (wanted.caller.as_str(), Timestamp::now());
    let is_front_end = cast.caller(caller).is_some_and(|caller| matches!(caller.card, Card::FrontEnd));
    let token = match &wanted.person {
        None if is_front_end => mint.holder(caller, &wanted.holder, now)?,
        Some(person) if wanted.psc => mint.pro_sante_connect(caller, person, now)?,
        person => mint.structure(caller, person.as_deref(), &wanted.holder, now)?,
    };
    writeln!(out, "{token}")?;
    Ok(ExitCode::SUCCESS)
}

/// Which token is wanted.
#[derive(Debug, Clone, clap::Args)]
pub struct Wanted {
    /// The folder of the demonstration
    #[arg(long, default_value = "./dmp-demo")]
    dir: PathBuf,
    /// Whose certificate the token is bound to: the holder's front end, or a structure's software
    #[arg(long, default_value = "ens")]
    caller: String,
    /// The holder whom the token names
    #[arg(long, default_value = "open")]
    holder: String,
    /// The professional of the structure who is present; without one the structure asserts nobody
    #[arg(long = "as")]
    person: Option<String>,
    /// As Pro Santé Connect would give it, rather than as the structure asserts it
    #[arg(long)]
    psc: bool,
}
