//! Responders that cannot be reached, or that answer what no responder should.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

use super::infrastructure::{Lab, now, settings};
use crate::{
    identity::serial_of,
    tls::ocsp::{Inquirer, Issuer, OcspFault, Settings},
};

async fn fault_at(url: &str) -> OcspFault {
    let lab = Lab::new();
    let issuer = Issuer::read(&lab.below.card.der).unwrap();
    let inquirer = Inquirer::by(&Settings { timeout: Duration::from_millis(500), ..settings(None) }).unwrap();
    let serial = serial_of(&[9]).unwrap();
    inquirer.inquire(url, &issuer, serial, &lab.trust().current(), now()).await.unwrap_err()
}

/// A server that says these bytes to whoever asks first.
fn saying(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request);
        let _ = socket.write_all(&bytes);
    });
    url
}

#[tokio::test]
async fn a_responder_that_is_down_is_unreachable() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(fault_at(&format!("http://{closed}/")).await, OcspFault::Unreachable);
    assert_eq!(fault_at("no address").await, OcspFault::Unreachable);
}

#[tokio::test]
async fn a_responder_that_never_answers_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    assert_eq!(fault_at(&format!("http://{}/", silent.local_addr().unwrap())).await, OcspFault::Late);
}

#[tokio::test]
async fn errors_detours_and_floods_are_no_answers() {
    let head = |line: &str| format!("HTTP/1.1 {line}\r\nConnection: close\r\n").into_bytes();
    let error = [head("500 Oops"), b"\r\n".to_vec()].concat();
    assert_eq!(fault_at(&saying(error)).await, OcspFault::Http(500));
    let detour = [head("302 Found"), b"Location: http://127.0.0.1:1/\r\n\r\n".to_vec()].concat();
    assert_eq!(fault_at(&saying(detour)).await, OcspFault::Http(302));
    let flood = [head("200 OK"), b"\r\n".to_vec(), vec![0x30; 200_000]].concat();
    assert_eq!(fault_at(&saying(flood)).await, OcspFault::TooLong);
    let nothing = [head("200 OK"), b"\r\n".to_vec()].concat();
    assert_eq!(fault_at(&saying(nothing)).await, OcspFault::Malformed);
}
