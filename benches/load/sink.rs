//! Where nginx proxies uploads to: a mutual-TLS server that reads every body to its end and answers 200. It runs in the
//! bench's own process, so that its work counts for nobody.

use std::{
    io::{BufRead, BufReader, Read, Write, copy, sink},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned, crypto::aws_lc_rs, server::WebPkiClientVerifier,
};

use crate::{Outcome, client::Identity};

/// Serves until the bench ends.
pub fn serve(identity: &Identity, anchors: RootCertStore) -> Outcome<SocketAddr> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let callers = WebPkiClientVerifier::builder_with_provider(anchors.into(), Arc::clone(&provider)).build()?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(callers)
        .with_single_cert(identity.chain.clone(), identity.key.clone_key())?;
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0")?);
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            thread::spawn(move || answer_all(config, socket));
        }
    });
    Ok(address)
}

/// Answers every request of a connection; it ends, as it must, with a fault.
fn answer_all(config: Arc<ServerConfig>, socket: TcpStream) -> Outcome<()> {
    let mut reader = BufReader::new(StreamOwned::new(ServerConnection::new(config)?, socket));
    loop {
        let length = length_of_body(&mut reader)?;
        copy(&mut reader.by_ref().take(length), &mut sink())?;
        let wire = reader.get_mut();
        wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}\n")?;
        wire.flush()?;
    }
}

fn length_of_body(reader: &mut impl BufRead) -> Outcome<u64> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err("closed".into());
        }
        match line.trim_end().to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse()?,
            Some(_) => {}
            None if line.trim_end().is_empty() => return Ok(length),
            None => {}
        }
    }
}
