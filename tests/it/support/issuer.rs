//! An issuer of tokens, served over a real socket: its key set, and what it tells of opaque tokens.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use dmp_gateway::{cli::demo::tokens::Signer, identity::Algorithm};
use serde_json::{Value, json};

/// What the issuer is now.
#[derive(Default)]
struct Now {
    keys: Mutex<Vec<Value>>,
    told: Mutex<Vec<(String, Value)>>,
    keys_asked: AtomicUsize,
    tokens_asked: AtomicUsize,
    down: AtomicBool,
}

/// A running issuer; it ends with the process.
#[derive(Clone)]
pub struct Issuer {
    now: Arc<Now>,
    /// Its address.
    pub base: String,
}

impl Issuer {
    /// Starts one without keys.
    pub fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", socket.local_addr().unwrap());
        let issuer = Self { now: Arc::default(), base };
        let now = Arc::clone(&issuer.now);
        thread::spawn(move || {
            for stream in socket.incoming() {
                // Down is: the connection is taken and nothing is said.
                if !now.down.load(Ordering::SeqCst) {
                    let _ = answer(&now, stream.unwrap());
                }
            }
        });
        issuer
    }

    /// Publishes these keys and no others.
    pub fn publish(&self, keys: &[(&str, &Signer)]) {
        *self.now.keys.lock().unwrap() = keys.iter().map(|(kid, signer)| signer.jwk(kid)).collect();
    }

    /// Says this of an opaque token.
    pub fn tell(&self, token: &str, claims: Value) {
        self.now.told.lock().unwrap().insert(0, (token.to_owned(), claims));
    }

    /// Takes connections and says nothing, or goes on.
    pub fn set_down(&self, down: bool) {
        self.now.down.store(down, Ordering::SeqCst);
    }

    /// How often its keys and its word on tokens were asked for.
    pub fn asked(&self) -> (usize, usize) {
        (self.now.keys_asked.load(Ordering::SeqCst), self.now.tokens_asked.load(Ordering::SeqCst))
    }
}

fn answer(now: &Now, mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut length, mut authorized) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        // `gateway:a secret` in base64, lower-cased with the line.
        authorized |= line == "authorization: basic z2f0zxdhetphihnly3jlda==";
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (status, told) = if first.starts_with("GET /keys ") {
        now.keys_asked.fetch_add(1, Ordering::SeqCst);
        (200, json!({"keys": *now.keys.lock().unwrap()}))
    } else if authorized {
        now.tokens_asked.fetch_add(1, Ordering::SeqCst);
        (200, introspected(now, &String::from_utf8(body).unwrap()))
    } else {
        (401, json!({}))
    };
    let told = told.to_string();
    write!(stream, "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{told}", told.len())
}

fn introspected(now: &Now, form: &str) -> Value {
    let known = now.told.lock().unwrap();
    let asked = form.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap();
    known.iter().find(|(token, _)| token == asked).map_or(json!({"active": false}), |(_, claims)| claims.clone())
}

/// A fresh key on P-256.
pub fn fresh_key() -> Signer {
    let pkcs8 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap().to_pkcs8v1().unwrap();
    Signer::of(pkcs8.as_ref(), Algorithm::Es256).unwrap()
}
