//! `serve`: builds the parts that the configuration names, and runs them until told to stop.

mod ocsp;

use std::{
    error::Error,
    fmt::Display,
    fs::File,
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    path::Path,
    pin::Pin,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::web::Data;
use jiff::Timestamp;
use rustls::{crypto::CryptoProvider, pki_types::UnixTime, time_provider::TimeProvider};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{
    Ended,
    lists::{Calls, ListFetcher},
    reload::{self, Reloader, Watches},
};
use crate::{
    config::{self, AdminAddress, Config, Environment, HostConfig, RuleSetName},
    fhir::{
        profile::{self, Library},
        rules::RuleSet,
    },
    gateway::Gateway,
    hds::{
        Host,
        embedded::{Embedded, Options},
    },
    http::{
        admin::{self, AdminSocket, Readiness},
        bearer::Bearer,
        cursor::CursorKey,
        edge::{Clock, Edge},
        patient_id::PatientKey,
        peer::Vouching,
        quotas::Quotas,
        server,
    },
    identity::{Directory, FrontEnds, Hierarchy, Infrastructure},
    live::Live,
    policy::{ApprovedSoftware, Law, Matrix},
    telemetry,
    tls::{self, Demands, Finding, LiveKey, LiveTrust, ServerFiles, Severity, TlsFault, Trust, TrustFiles},
};

/// What a running gateway is made of.
pub struct Parts {
    /// What requests share.
    pub edge: Data<Edge>,
    /// What vouches for callers.
    pub vouching: Vouching,
    /// The TLS configuration.
    pub tls: rustls::ServerConfig,
    /// The server's own certificate.
    pub key: Arc<LiveKey>,
    /// Of what all this was made.
    pub config: Config,
    /// What its files looked like.
    pub watches: Watches,
    /// What goes on in the background while it serves.
    pub background: Vec<Background>,
}

/// Work without end, dropped when the gateway stops.
pub type Background = Pin<Box<dyn Future<Output = ()>>>;

/// The two sockets, bound before anything else is done.
pub struct Sockets {
    /// For callers.
    pub callers: TcpListener,
    /// For the operator.
    pub admin: AdminSocket,
}

impl Sockets {
    /// Binds the addresses of the configuration.
    ///
    /// # Errors
    /// An address is taken or not ours.
    pub fn bind(listen: SocketAddr, admin: &AdminAddress) -> io::Result<Self> {
        let on = |address: &dyn Display, error: io::Error| {
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        };
        let callers = TcpListener::bind(listen).map_err(|error| on(&listen, error))?;
        let admin = AdminSocket::bind(admin).map_err(|error| on(admin, error))?;
        Ok(Self { callers, admin })
    }
}

/// Serves by a configuration file.
///
/// # Errors
/// What keeps it from serving.
pub fn run(config: &Path, out: &mut dyn Write) -> Ended {
    telemetry::log(false);
    let config = Config::read(config)?;
    let sockets = Sockets::bind(config.listen, &config.admin)?;
    let (address, admin) = (sockets.callers.local_addr()?, sockets.admin.address()?);
    let parts = assemble(&config, Clock::of_machine())?;
    serve(parts, sockets, || {
        writeln!(out, "operator {}", admin.base())?;
        writeln!(out, "ready {} on {address}", config.base_url)?;
        out.flush()
    })
}

/// The parts that a configuration names.
///
/// # Errors
/// What is wrong with a file or with the host.
pub fn assemble(config: &Config, clock: Clock) -> Result<Parts, Box<dyn Error>> {
    // Looked at before anything is read: what changes meanwhile is read again.
    let watches = Watches::begin(config);
    let directory = Arc::new(Live::of(directory(config)?));
    let provider = tls::provider();
    let key = Arc::new(own_key(config, &provider, clock.now())?);
    let trust = Arc::new(LiveTrust::of(usable_trust(config, &provider, clock.now())?));
    let asking = ocsp::assemble(config, &trust, Arc::clone(&key), &clock)?;
    let tls_clock = Arc::new(TlsClock(clock.clone()));
    let tls = tls::server_config_with(asking.key, Arc::clone(&trust), provider, tls_clock)?;
    let host = open_host(config)?;
    let cursors = CursorKey::new(&host.secret())?;
    let patients = PatientKey::new(&host.secret());
    let edge = Edge {
        gateway: Gateway::new(host, law(config)?),
        bearer: Bearer::of(&config.tokens)?,
        directory: Arc::clone(&directory),
        base: config.base_url.clone(),
        rules: match config.rule_set {
            RuleSetName::Pdsm => RuleSet::Pdsm,
            RuleSetName::Dmp => RuleSet::Dmp,
        },
        production: config.environment == Environment::Production,
        source_id: config.source.id.clone(),
        practice_setting: config.source.practice_setting.clone(),
        cursors,
        profiles: Arc::new(profiles(config)?),
        patients,
        quotas: Quotas::of(&config.limits),
        limits: config.limits.clone(),
        since: clock.now(),
        clock,
    };
    let front_ends = Arc::new(Live::of(front_ends(config)));
    let infrastructure = Arc::new(infrastructure(config));
    let vouching = Vouching { directory, front_ends, infrastructure, trust, ocsp: asking.checks };
    let (config, background) = (config.clone(), asking.background);
    Ok(Parts { edge: Data::new(edge), vouching, tls, key, config, watches, background })
}

/// The directory of a configuration.
///
/// # Errors
/// It cannot be read, or holds nobody.
pub fn directory(config: &Config) -> Result<Directory, Box<dyn Error>> {
    let directory = Directory::read(open(config.identity.directory.file())?)?;
    if directory.reading().activities == 0 {
        return Err(Unservable::EmptyDirectory.into());
    }
    Ok(directory)
}

/// The structures of a configuration that run the holder's front end.
pub fn front_ends(config: &Config) -> FrontEnds {
    config.identity.front_ends.iter().cloned().collect()
}

/// The server's own certificate and key.
///
/// # Errors
/// What clients would refuse it for.
pub fn own_key(config: &Config, provider: &CryptoProvider, now: Timestamp) -> Result<LiveKey, Box<dyn Error>> {
    let files = server_files(config);
    refuse_fatal(tls::check_server(&files, provider, now))?;
    Ok(LiveKey::read(&files, provider)?)
}

/// Authorities and lists.
///
/// # Errors
/// What is wrong with which file.
pub fn read_trust(config: &Config, provider: &CryptoProvider) -> Result<Trust, TlsFault> {
    let kept = config.tls.fetch.as_ref().map_or_else(Vec::new, |fetch| tls::kept_lists(&fetch.folder));
    Trust::read_with(&trust_files(config), &kept, provider)
}

fn usable_trust(config: &Config, provider: &CryptoProvider, now: Timestamp) -> Result<Trust, Box<dyn Error>> {
    let trust = read_trust(config, provider)?;
    // Lists that are fetched may still be missing: until they are there, those whom they cover are refused.
    let lists_come = config.tls.fetch.is_some();
    refuse_fatal(if lists_come { tls::check_authorities(&trust, now) } else { tls::check_trust(&trust, now) })?;
    Ok(trust)
}

/// Takes the first fatal finding for an error.
///
/// # Errors
/// That finding.
pub fn refuse_fatal(findings: Vec<Finding>) -> Result<(), Unservable> {
    let fatal = findings.into_iter().find(|finding| finding.severity == Severity::Fatal);
    fatal.map_or(Ok(()), |fatal| Err(Unservable::Tls(fatal.text)))
}

/// Why a gateway that could start would serve nobody.
#[derive(Debug, thiserror::Error)]
pub enum Unservable {
    /// A fatal finding of `check`.
    #[error("{0}")]
    Tls(String),
    /// A directory without anyone.
    #[error("the directory holds no activity: nobody could be identified")]
    EmptyDirectory,
    /// A configuration that asks responders, in a build that cannot.
    #[error("tls.ocsp asks responders, and this program was built without the feature openssl")]
    WithoutOcsp,
}

/// Opens a file, with its name in the error.
fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

/// The files of trust.
pub fn trust_files(config: &Config) -> TrustFiles {
    TrustFiles {
        anchors: config.tls.anchors.clone(),
        intermediates: config.tls.intermediates.clone(),
        revocation_lists: config.tls.revocation.clone(),
        demands: demands(config),
    }
}

/// What is demanded of all certificates.
pub const fn demands(config: &Config) -> Demands {
    const { assert!(config::RSA_FLOOR == tls::RSA_FLOOR) };
    Demands { hierarchy: hierarchy(config), rsa_bits: config.tls.rsa_bits }
}

/// The hierarchy of certificates that the configured environment takes.
pub const fn hierarchy(config: &Config) -> Hierarchy {
    match config.environment {
        Environment::Production => Hierarchy::Production,
        Environment::Test => Hierarchy::Test,
    }
}

/// Which authorities issue whose certificates, and which servers may call.
pub fn infrastructure(config: &Config) -> Infrastructure {
    let of = &config.identity;
    let servers = of.servers.iter().map(|server| (server.structure.clone(), server.name.clone()));
    Infrastructure::new(hierarchy(config), &of.person_issuers, &of.organisation_issuers).admitting(servers)
}

/// The server's own files.
pub fn server_files(config: &Config) -> ServerFiles {
    ServerFiles {
        certificate: config.tls.certificate.clone(),
        key: config.tls.key.clone(),
        password: config.tls.password_file.clone(),
    }
}

/// The gateway's clock as rustls asks for it.
#[derive(Debug)]
struct TlsClock(Clock);

impl TimeProvider for TlsClock {
    fn current_time(&self) -> Option<UnixTime> {
        let now = u64::try_from(self.0.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(now)))
    }
}

/// Opens the host that the configuration names.
///
/// # Errors
/// It cannot be opened.
pub fn open_host(config: &Config) -> Result<Host, Box<dyn Error>> {
    match &config.host {
        HostConfig::Embedded { path } => Ok(Host::Embedded(Embedded::open(path, Options::default())?)),
    }
}

/// The profiles that the configuration names, and our own.
///
/// # Errors
/// A package that cannot be read or used.
pub fn profiles(config: &Config) -> Result<Library, profile::LoadError> {
    Library::load(&config.profiles.packages, profile::OWN)
}

/// The law of a configuration.
///
/// # Errors
/// The matrix cannot be read.
pub fn law(config: &Config) -> Result<Law, Box<dyn Error>> {
    Ok(Law::new(matrix(config)?)?.approving(approved_software(config)))
}

/// The software that may call, where a list of it is kept.
pub fn approved_software(config: &Config) -> Option<ApprovedSoftware> {
    config.tokens.approved_software.as_ref().map(|numbers| numbers.iter().cloned().collect())
}

/// The habilitation matrix of a configuration.
///
/// # Errors
/// It cannot be read.
pub fn matrix(config: &Config) -> Result<Matrix, Box<dyn Error>> {
    match &config.law.matrix {
        None => Ok(Matrix::embedded()?),
        Some(path) => Ok(Matrix::read(open(path)?)?),
    }
}

/// Runs both servers until SIGTERM or SIGINT, lets the requests in hand end, and closes the host.
///
/// # Errors
/// The servers cannot be started.
pub fn serve(parts: Parts, sockets: Sockets, ready: impl FnOnce() -> io::Result<()>) -> Ended {
    let metrics = telemetry::count()?;
    let host = parts.edge.gateway.host().clone();
    actix_web::rt::System::new().block_on(async move {
        let readiness = Data::new(Readiness {
            edge: parts.edge.clone(),
            trust: Arc::clone(&parts.vouching.trust),
            key: Arc::clone(&parts.key),
            stopping: AtomicBool::new(false),
        });
        let admin = admin::server(&sockets.admin, readiness.clone(), metrics)?;
        let calls = Calls::default();
        let reloader = Reloader::of(&parts, calls.clone());
        let lists = ListFetcher::of(&parts)?;
        let callers = server::server(sockets.callers, parts.tls, parts.edge, parts.vouching)?;
        let (callers_handle, admin_handle) = (callers.handle(), admin.handle());
        actix_web::rt::spawn(admin);
        for work in parts.background {
            actix_web::rt::spawn(work);
        }
        let serving = actix_web::rt::spawn(callers);
        // Whoever is told that it is ready may also tell it to stop.
        let mut ends = Ends::listen()?;
        actix_web::rt::spawn(reload::watch(reloader, signal(SignalKind::hangup())?));
        lists.map(|lists| actix_web::rt::spawn(lists.run(calls)));
        ready()?;
        ends.asked().await;
        readiness.stopping.store(true, Ordering::Relaxed);
        tracing::info!("stopping: the requests in hand may end");
        callers_handle.stop(true).await;
        admin_handle.stop(false).await;
        serving.await??;
        host.close().await?;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    })
}

/// The two signals that end the service.
struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Ends {
    fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
