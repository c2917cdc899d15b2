//! The gateway under load: `dmp-gateway demo` in a fresh folder, and the people that it made.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;

use crate::{
    Outcome,
    client::{Client, Identity, anchors},
    process::Server,
};

/// A caller of the cast.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    name: String,
    /// The chain's PEM file, relative to the folder of the demo.
    pub certificate: PathBuf,
    /// The key's PEM file, likewise.
    pub key: PathBuf,
    /// The national identifier, where the certificate is a person's.
    #[serde(default)]
    pub ps_idnat: Option<String>,
}

/// A holder of the cast.
#[derive(Debug, Clone, Deserialize)]
struct Holder {
    name: String,
    ins_system: String,
    ins: String,
}

#[derive(Debug, Deserialize)]
struct Cast {
    holders: Vec<Holder>,
    callers: Vec<Person>,
}

/// A running gateway; it ends with this value.
#[derive(Debug)]
pub struct Gateway {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The folder of the demo.
    pub folder: PathBuf,
    /// From start to ready.
    pub ready_in: Duration,
    cast: Cast,
}

impl Gateway {
    /// Starts the demo in that folder and waits until it is ready.
    pub fn start(binary: &Path, folder: &Path) -> Outcome<Self> {
        let start = Instant::now();
        let log = File::options().create(true).append(true).open(folder.with_extension("log"))?;
        let mut process = Command::new(binary)
            .args(["demo", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--dir"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let address = match wait_until_ready(&mut process) {
            Ok(address) => address,
            Err(fault) => {
                process.kill()?;
                return Err(fault);
            }
        };
        let ready_in = start.elapsed();
        let cast = serde_json::from_slice(&fs::read(folder.join("cast.json"))?)?;
        Ok(Self { process, address, folder: folder.to_owned(), ready_in, cast })
    }

    /// Its process.
    pub fn server(&self) -> Server {
        Server(self.process.id())
    }

    /// The caller of that name.
    pub fn person(&self, name: &str) -> Outcome<Person> {
        let person = self.cast.callers.iter().find(|person| person.name == name);
        Ok(person.ok_or_else(|| format!("the cast has no caller {name}"))?.clone())
    }

    /// A client of the gateway with that person's certificate.
    pub fn client(&self, name: &str) -> Outcome<Client> {
        let person = self.person(name)?;
        let identity = Identity::read(&self.folder.join(person.certificate), &self.folder.join(person.key))?;
        Client::new(self.address, &identity, &anchors(&self.folder.join("pki/ca.pem"))?)
    }

    /// System and value of the identifier of the holder of that name.
    pub fn patient(&self, name: &str) -> Outcome<(String, String)> {
        let holder = self.cast.holders.iter().find(|holder| holder.name == name);
        let holder = holder.ok_or_else(|| format!("the cast has no holder {name}"))?;
        Ok((holder.ins_system.clone(), holder.ins.clone()))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may be killed at any moment, by design; a process that has ended already is as good.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Reads `ready https://ADDR/fhir`, then lets a thread drain what else it says.
fn wait_until_ready(process: &mut Child) -> Outcome<SocketAddr> {
    let mut lines = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
    for line in lines.by_ref() {
        if let Some(address) = address_of(&line?) {
            thread::spawn(move || lines.for_each(drop));
            return Ok(address);
        }
    }
    Err("the gateway ended before it was ready; its log is beside its folder".into())
}

fn address_of(line: &str) -> Option<SocketAddr> {
    line.strip_prefix("ready https://")?.split('/').next()?.parse().ok()
}
