//! What clients are shown of our own certificate.

use std::{
    io::Read,
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use rcgen::ExtendedKeyUsagePurpose;
use rustls::{ServerConfig, ServerConnection, server::ResolvesServerCert, sign::CertifiedKey};

use super::infrastructure::{Lab, Responder, inquirer, later};
use crate::tls::{
    LiveKey, ServerFiles,
    ocsp::{OcspFault, StapledKey, Stapler, Status},
    provider, server_config_with, system_clock,
};

const OWN: u64 = 0x3001;

struct Own {
    lab: Lab,
    stapler: Stapler,
    /// Seconds by which the server's clock is ahead.
    ahead: Arc<AtomicI64>,
}

fn own(url: &str) -> Own {
    let lab = Lab::new();
    let card = lab.below.card(OWN, |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
    let files = ServerFiles {
        certificate: lab.put("server.pem", &(card.pem + &lab.below.card.pem)),
        key: lab.put("server.key", &card.key_pem),
        password: None,
    };
    let key = LiveKey::read(&files, &provider()).unwrap();
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&ahead);
    let key = StapledKey::of(Box::new(move || key.current()), Arc::new(move || later(clock.load(Ordering::Relaxed))));
    let (key, trust) = (Arc::new(key), lab.trust());
    Own { stapler: Stapler { key, trust, inquirer: Arc::new(inquirer()), url: Some(url.to_owned()) }, lab, ahead }
}

impl Own {
    fn staple(&self) -> Option<Vec<u8>> {
        self.stapler.key.current().ocsp.clone()
    }

    /// A responder for this server's authority; its stapler asks there from now on.
    fn responder(&mut self, status: char) -> Option<Responder> {
        let responder = self.lab.responder(&[(OWN, status)])?;
        self.stapler.url = Some(responder.url.clone());
        Some(responder)
    }
}

#[tokio::test]
async fn a_good_answer_is_stapled_until_it_ends() {
    let mut own = own("");
    let Some(mut responder) = own.responder('V') else { return };
    assert!(own.staple().is_none() && own.stapler.key.is_due());
    own.stapler.renew().await.unwrap();
    assert!(own.staple().is_some() && !own.stapler.key.is_due());
    own.ahead.store(2000, Ordering::Relaxed);
    assert!(own.stapler.key.is_due(), "half of its hour is over");
    responder.stop();
    assert_eq!(own.stapler.renew().await, Err(OcspFault::Unreachable));
    assert!(own.staple().is_some(), "the last good one stays");
    own.ahead.store(3700, Ordering::Relaxed);
    assert!(own.staple().is_none(), "and goes at its end");
}

#[tokio::test]
async fn what_is_not_good_is_not_stapled() {
    let mut own = own("");
    let Some(responder) = own.responder('V') else { return };
    own.stapler.renew().await.unwrap();
    responder.knows(&[(OWN, 'R')]);
    assert_eq!(own.stapler.renew().await.unwrap().status, Status::Revoked);
    assert!(own.staple().is_none());
}

#[tokio::test]
async fn an_answer_about_the_former_certificate_is_not_stapled_to_the_new_one() {
    let mut own = own("");
    let Some(_responder) = own.responder('V') else { return };
    let keys = [0, 1].map(|_| Arc::new(CertifiedKey::clone(&own.stapler.key.current())));
    let which = Arc::new(AtomicI64::new(0));
    let chosen = Arc::clone(&which);
    let choose = move || Arc::clone(&keys[chosen.load(Ordering::Relaxed) as usize]);
    own.stapler.key = Arc::new(StapledKey::of(Box::new(choose), Arc::new(|| later(0))));
    own.stapler.renew().await.unwrap();
    assert!(own.staple().is_some());
    which.store(1, Ordering::Relaxed);
    assert!(own.staple().is_none() && own.stapler.key.is_due());
}

/// Serves one handshake.
fn serve_one(config: Arc<ServerConfig>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut socket, _): (TcpStream, _) = listener.accept().unwrap();
        let mut connection = ServerConnection::new(config).unwrap();
        while connection.is_handshaking() && connection.complete_io(&mut socket).is_ok() {}
        let _ = rustls::Stream::new(&mut connection, &mut socket).read(&mut [0; 16]);
    });
    address
}

#[tokio::test]
async fn openssl_s_client_sees_the_stapled_answer_and_believes_it() {
    let mut own = own("");
    let Some(_responder) = own.responder('V') else { return };
    let client = own.lab.below.card(0x1001, |_| {});
    let [certificate, key] =
        [("client.pem", &client.pem), ("client.key", &client.key_pem)].map(|(name, pem)| own.lab.put(name, pem));
    let resolver: Arc<dyn ResolvesServerCert> = Arc::clone(&own.stapler.key) as _;
    let config =
        server_config_with(resolver, Arc::clone(&own.stapler.trust), provider(), system_clock()).map(Arc::new).unwrap();
    let said = |config: Arc<ServerConfig>| {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-status", "-connect", &serve_one(config).to_string(), "-CAfile"]);
        command.arg(own.lab.dir.path().join("ca.pem")).arg("-cert").arg(&certificate).arg("-key").arg(&key);
        let output = command.stdin(Stdio::null()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(said(Arc::clone(&config)).contains("OCSP response: no response sent"));
    own.stapler.renew().await.unwrap();
    let said = said(config);
    assert!(said.contains("OCSP Response Status: successful") && said.contains("Cert Status: good"), "{said}");
}
