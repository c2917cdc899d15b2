//! nginx beside the gateway: the same certificates, mutual TLS, the same number of bytes.
//!
//! Two instances. The front is what is measured: `/proxy/` goes over mutual TLS to the back, `/file/` is read from disk,
//! `/sink` streams uploads over mutual TLS to the sink. The back serves files and is measured by nobody.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    client::{Identity, anchors},
    gateway::Gateway,
    process::Server,
    sink,
};

/// A running pair of nginx; it ends with this value.
#[derive(Debug)]
pub struct Mirror {
    front: Child,
    back: Child,
    files: PathBuf,
    /// Where the front listens.
    pub address: SocketAddr,
}

impl Mirror {
    /// Starts both with the gateway's certificates, or tells that there is no nginx.
    pub fn start(nginx: &Path, folder: &Path, gateway: &Gateway) -> Outcome<Option<Self>> {
        if Command::new(nginx).arg("-v").stderr(Stdio::null()).status().is_err() {
            return Ok(None);
        }
        let files = folder.join("files");
        fs::create_dir_all(&files)?;
        let certificates = Certificates::of(gateway)?;
        let sink = sink::serve(&certificates.server()?, anchors(&certificates.anchors)?)?;
        let (at, behind) = (free_port()?, free_port()?);
        let back = run(nginx, &folder.join("back"), &certificates.server_block(behind, &back_locations(&files)))?;
        let front = certificates.front_locations(&files);
        let upstreams = upstreams(behind, sink);
        let front = run(nginx, &folder.join("front"), &(upstreams + &certificates.server_block(at, &front)))?;
        let mirror = Self { front, back, files, address: at };
        wait_for(behind)?;
        wait_for(at)?;
        Ok(Some(mirror))
    }

    /// The front's processes.
    pub fn server(&self) -> Server {
        Server(self.front.id())
    }

    /// Serves those bytes under that name.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Outcome<()> {
        Ok(fs::write(self.files.join(name), bytes)?)
    }

    /// Serves so many bytes under that name.
    pub fn put_zeros(&self, name: &str, bytes: u64) -> Outcome<()> {
        let mut file = fs::File::create(self.files.join(name))?;
        std::io::copy(&mut std::io::Read::take(std::io::repeat(0), bytes), &mut file)?;
        Ok(())
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        for master in [&mut self.front, &mut self.back] {
            // SIGQUIT lets the master end its workers; SIGKILL would leave them.
            drop(Command::new("kill").args(["-QUIT", &master.id().to_string()]).status());
            drop(master.wait());
        }
    }
}

/// The certificates of the demo, as nginx needs them.
struct Certificates {
    anchors: PathBuf,
    lists: PathBuf,
    chain: PathBuf,
    key: PathBuf,
    /// Those that the front shows to the back.
    caller: (PathBuf, PathBuf),
}

impl Certificates {
    fn of(gateway: &Gateway) -> Outcome<Self> {
        let (folder, caller) = (&gateway.folder, gateway.person("hospital")?);
        Ok(Self {
            anchors: folder.join("pki/ca.pem"),
            lists: folder.join("pki/crl.pem"),
            chain: folder.join("pki/server.pem"),
            key: folder.join("pki/server.key"),
            caller: (folder.join(caller.certificate), folder.join(caller.key)),
        })
    }

    fn server(&self) -> Outcome<Identity> {
        Identity::read(&self.chain, &self.key)
    }

    fn server_block(&self, at: SocketAddr, locations: &str) -> String {
        format!(
            "server {{
                listen {at} ssl backlog=1024;
                ssl_certificate {chain}; ssl_certificate_key {key};
                ssl_client_certificate {anchors}; ssl_verify_client on; ssl_verify_depth 4; ssl_crl {lists};
                ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:sessions:10m;
                {locations}
            }}",
            chain = self.chain.display(),
            key = self.key.display(),
            anchors = self.anchors.display(),
            lists = self.lists.display(),
        )
    }

    fn front_locations(&self, files: &Path) -> String {
        let (chain, key) = &self.caller;
        format!(
            "proxy_http_version 1.1; proxy_set_header connection '';
            proxy_ssl_certificate {chain}; proxy_ssl_certificate_key {key};
            proxy_ssl_trusted_certificate {anchors}; proxy_ssl_verify on; proxy_ssl_verify_depth 4;
            proxy_ssl_name localhost; proxy_max_temp_file_size 0;
            location /file/ {{ alias {files}/; }}
            location /proxy/ {{ proxy_pass https://back/; }}
            location /sink {{ proxy_request_buffering off; proxy_pass https://sink; }}",
            chain = chain.display(),
            key = key.display(),
            anchors = self.anchors.display(),
            files = files.display(),
        )
    }
}

fn back_locations(files: &Path) -> String {
    format!("root {};", files.display())
}

fn upstreams(back: SocketAddr, sink: SocketAddr) -> String {
    format!("upstream back {{ server {back}; keepalive 64; }} upstream sink {{ server {sink}; keepalive 64; }}")
}

/// Starts nginx in the foreground: as many workers as processors, no access log, connections kept.
fn run(nginx: &Path, folder: &Path, blocks: &str) -> Outcome<Child> {
    fs::create_dir_all(folder)?;
    let here = folder.display();
    // `user` counts where the bench runs as root: the workers must read the bench's folder. Elsewhere nginx ignores it.
    let configuration = format!(
        "daemon off; user root; worker_processes auto; pid {here}/nginx.pid; error_log {here}/error.log warn;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; default_type application/fhir+json; sendfile on; tcp_nopush on;
            keepalive_requests 100000000; client_max_body_size 0;
            client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
            uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
            {blocks}
        }}"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration)?;
    let log = folder.join("error.log");
    Ok(Command::new(nginx)
        .arg("-p")
        .arg(folder)
        .arg("-e")
        .arg(log)
        .arg("-c")
        .arg(file)
        .stderr(Stdio::null())
        .spawn()?)
}

/// nginx cannot be told to listen anywhere: a port is taken, and given back for it.
fn free_port() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn wait_for(address: SocketAddr) -> Outcome<()> {
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(address).is_err() {
        if Instant::now() > deadline {
            return Err("nginx does not listen; see its error.log under LOAD_DIR".into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
