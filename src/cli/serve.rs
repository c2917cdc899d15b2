//! `serve`: builds the parts that the configuration names, and runs them until told to stop.

mod ocsp;

use std::{
    error::Error,
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
use rustls::{pki_types::UnixTime, time_provider::TimeProvider};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Ended;
use crate::{
    config::{Config, Environment, HostConfig, RuleSetName},
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
        admin::{self, Readiness},
        cursor::CursorKey,
        edge::{Clock, Edge},
        patient_id::PatientKey,
        peer::Vouching,
        server,
        uploads::Uploads,
    },
    identity::Directory,
    policy::{Law, Matrix},
    telemetry,
    tls::{self, LiveTrust, ServerFiles, Severity, Trust, TrustFiles},
};

/// What a running gateway is made of.
pub struct Parts {
    /// What requests share.
    pub edge: Data<Edge>,
    /// What vouches for callers.
    pub vouching: Vouching,
    /// The TLS configuration.
    pub tls: rustls::ServerConfig,
    /// When the server's own certificate ends.
    pub server_ends: Timestamp,
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
    pub admin: TcpListener,
}

impl Sockets {
    /// Binds the addresses of the configuration.
    ///
    /// # Errors
    /// An address is taken or not ours.
    pub fn bind(listen: SocketAddr, admin: SocketAddr) -> io::Result<Self> {
        let bind = |address: SocketAddr| {
            TcpListener::bind(address)
                .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
        };
        Ok(Self { callers: bind(listen)?, admin: bind(admin)? })
    }
}

/// Serves by a configuration file.
///
/// # Errors
/// What keeps it from serving.
pub fn run(config: &Path, out: &mut dyn Write) -> Ended {
    telemetry::log(false);
    let config = Config::read(config)?;
    let sockets = Sockets::bind(config.listen, config.admin)?;
    let (address, admin) = (sockets.callers.local_addr()?, sockets.admin.local_addr()?);
    let parts = assemble(&config, Clock::of_machine())?;
    serve(parts, sockets, || {
        writeln!(out, "operator http://{admin}")?;
        writeln!(out, "ready {} on {address}", config.base_url)?;
        out.flush()
    })
}

/// The parts that a configuration names.
///
/// # Errors
/// What is wrong with a file or with the host.
pub fn assemble(config: &Config, clock: Clock) -> Result<Parts, Box<dyn Error>> {
    let directory = Arc::new(Directory::read(open(&config.identity.directory)?)?);
    if directory.reading().activities == 0 {
        return Err(Unservable::EmptyDirectory.into());
    }
    let provider = tls::provider();
    let findings = tls::check(&server_files(config), &trust_files(config), &provider, clock.now());
    if let Some(fatal) = findings.into_iter().find(|finding| finding.severity == Severity::Fatal) {
        return Err(Unservable::Tls(fatal.text).into());
    }
    let server_ends = tls::server_ends(&server_files(config), &provider)?;
    let trust = Arc::new(LiveTrust::of(Trust::read(&trust_files(config), &provider)?));
    let asking = ocsp::assemble(config, &trust, tls::own_key(&server_files(config), &provider)?, &clock)?;
    let tls_clock = Arc::new(TlsClock(clock.clone()));
    let tls = tls::server_config_with(asking.key, Arc::clone(&trust), provider, tls_clock)?;
    let host = open_host(config)?;
    let cursors = CursorKey::new(&host.secret())?;
    let patients = PatientKey::new(&host.secret());
    let edge = Edge {
        gateway: Gateway::new(host, Law::new(matrix(config)?)?),
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
        uploads: Uploads::new(config.limits.uploads),
        limits: config.limits.clone(),
        since: clock.now(),
        clock,
    };
    let front_ends = Arc::new(config.identity.front_ends.iter().cloned().collect());
    let vouching = Vouching { directory, front_ends, trust, ocsp: asking.checks };
    Ok(Parts { edge: Data::new(edge), vouching, tls, server_ends, background: asking.background })
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
    }
}

/// The server's own files.
pub fn server_files(config: &Config) -> ServerFiles {
    ServerFiles { certificate: config.tls.certificate.clone(), key: config.tls.key.clone() }
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

fn matrix(config: &Config) -> Result<Matrix, Box<dyn Error>> {
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
            server_ends: parts.server_ends,
            stopping: AtomicBool::new(false),
        });
        let admin = admin::server(sockets.admin, readiness.clone(), metrics)?;
        let callers = server::server(sockets.callers, parts.tls, parts.edge, parts.vouching)?;
        let (callers_handle, admin_handle) = (callers.handle(), admin.handle());
        actix_web::rt::spawn(admin);
        for work in parts.background {
            actix_web::rt::spawn(work);
        }
        let serving = actix_web::rt::spawn(callers);
        // Whoever is told that it is ready may also tell it to stop.
        let mut ends = Ends::listen()?;
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
