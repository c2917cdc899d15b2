//! The two servers, on the same certificates and lists. Either answers 404 to what it is asked: it is the handshake that counts.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Outcome, infrastructure::Infrastructure, process::Server, settings::Settings};

/// Whose figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The gateway.
    Ours,
    /// nginx.
    Nginx,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ours, Self::Nginx];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "dmp-gateway",
            Self::Nginx => "nginx",
        }
    }
}

/// A running server; it ends with this value.
#[derive(Debug)]
pub struct Contender {
    kind: Kind,
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Contender {
    /// Starts one with these lists; nothing, with a notice, where there is no nginx.
    pub fn start(
        kind: Kind,
        settings: &Settings,
        infrastructure: &Infrastructure,
        lists: &Path,
    ) -> Outcome<Option<Self>> {
        match kind {
            Kind::Ours => gateway(settings, infrastructure, lists).map(Some),
            Kind::Nginx if Command::new(&settings.nginx).arg("-v").stderr(Stdio::null()).status().is_err() => {
                eprintln!("NOT RUN: there is no nginx");
                Ok(None)
            }
            Kind::Nginx => nginx(settings, infrastructure, lists).map(Some),
        }
    }

    /// Its processes.
    pub fn server(&self) -> Server {
        Server(self.process.id())
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        match self.kind {
            // It may be killed at any moment, by design.
            Kind::Ours => drop(self.process.kill()),
            // SIGTERM lets the master end its workers; SIGKILL would leave them.
            Kind::Nginx => drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status()),
        }
        drop(self.process.wait());
    }
}

/// A command with as many open files as may be.
fn with_files(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""]).arg(program);
    command
}

fn gateway(settings: &Settings, infrastructure: &Infrastructure, lists: &Path) -> Outcome<Contender> {
    let made = fs::read_to_string(infrastructure.folder.join("gateway.toml"))?;
    let lists = format!("revocation = [\"{}\"]", lists.display());
    let per_peer = format!("connections_per_peer = {}", settings.idle + 100);
    let per_address = format!("handshakes_per_address = {}", settings.idle + 100);
    let replaced = made.lines().map(|line| match line.split(' ').next() {
        Some("connections_per_peer") => &per_peer,
        Some("handshakes_per_address") => &per_address,
        Some("listen") => "listen = \"127.0.0.1:0\"",
        Some("admin") => "admin = \"127.0.0.1:0\"",
        Some("revocation") => &lists,
        Some(_) | None => line,
    });
    // The demonstration's file ends with its limits.
    let limits = format!("\nconnections = {}\nidle_seconds = 600\n", settings.idle + 100);
    let config = infrastructure.folder.join("bench.toml");
    fs::write(&config, replaced.collect::<Vec<_>>().join("\n") + &limits)?;
    let mut process = with_files(&settings.gateway)
        .args(["serve", "--config"])
        .arg(config)
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
    let address = lines.find_map(|line| line.ok()?.strip_prefix("ready ")?.rsplit(' ').next()?.parse().ok());
    let Some(address) = address else {
        process.kill()?;
        return Err("the gateway ended before it was ready".into());
    };
    Ok(Contender { kind: Kind::Ours, process, address })
}

fn nginx(settings: &Settings, infrastructure: &Infrastructure, lists: &Path) -> Outcome<Contender> {
    let folder = infrastructure.folder.join("nginx");
    fs::create_dir_all(&folder)?;
    // nginx cannot be told to listen anywhere: a port is taken, and given back for it.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let (here, pki) = (folder.display(), infrastructure.folder.join("pki"));
    let (pki, lists, connections) = (pki.display(), lists.display(), settings.idle + 100);
    // `user` counts where the bench runs as root: the workers must read the bench's folder. Elsewhere nginx ignores it.
    let configuration = format!(
        "daemon off; user root; worker_processes auto; pid {here}/nginx.pid; error_log {here}/error.log warn;
        events {{ worker_connections {connections}; }}
        http {{
            access_log off; keepalive_timeout 600; keepalive_requests 100000000; client_header_timeout 600;
            client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
            uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
            server {{
                listen {address} ssl backlog=1024;
                ssl_certificate {pki}/server.pem; ssl_certificate_key {pki}/server.key;
                ssl_client_certificate {pki}/ca.pem; ssl_verify_client on; ssl_verify_depth 4; ssl_crl {lists};
                ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:sessions:10m;
                location / {{ return 404; }}
            }}
        }}"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration)?;
    let process = with_files(&settings.nginx)
        .arg("-p")
        .arg(&folder)
        .arg("-e")
        .arg(folder.join("error.log"))
        .arg("-c")
        .arg(file)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let contender = Contender { kind: Kind::Nginx, process, address };
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(address).is_err() {
        if Instant::now() > deadline {
            return Err("nginx does not listen; see its error.log under LOAD_DIR".into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(contender)
}
