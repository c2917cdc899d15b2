use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::PathBuf,
    sync::Arc,
    thread,
};

use super::*;

fn caller(number: u8) -> CertificateId {
    CertificateId { fingerprint: [number; 32], serial: String::new(), issuer: String::new() }
}

/// Answers, and waits until the answer was taken.
fn tell(mut question: TcpStream) {
    let body = "{\"active\":false}";
    write!(question, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).unwrap();
    question.shutdown(Shutdown::Write).unwrap();
    let _ = question.read_to_end(&mut Vec::new());
}

#[tokio::test]
async fn one_caller_does_not_take_all_questions_of_a_slow_issuer() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = Introspection {
        url: format!("http://{}/", socket.local_addr().unwrap()),
        client_id: "gateway".to_owned(),
        secret: PathBuf::new(),
        serves_seconds: 60,
    };
    let fetcher = Fetcher::trusting(None).unwrap();
    let introspector = Arc::new(Introspector::of(&config, b"secret".to_vec(), fetcher));
    let asked = |number: u8, token: String| {
        let introspector = Arc::clone(&introspector);
        tokio::spawn(async move { introspector.ask(&token, &caller(number), Timestamp::UNIX_EPOCH).await.map(drop) })
    };
    let of_one: Vec<_> = (0..QUESTIONS / 4).map(|number| asked(1, format!("token-{number}"))).collect();
    let another = asked(2, "another".to_owned());
    let reached = tokio::task::spawn_blocking(move || {
        (0..=QUESTIONS / 4).map(|_| socket.accept().unwrap().0).collect::<Vec<TcpStream>>()
    });
    let questions = reached.await.unwrap();
    assert_eq!(asked(1, "one more".to_owned()).await.unwrap(), Err(Refused::Unavailable), "at once");
    questions.into_iter().for_each(|question| drop(thread::spawn(|| tell(question))));
    for answer in of_one.into_iter().chain([another]) {
        assert_eq!(answer.await.unwrap(), Err(Refused::Untrusted(Untrusted::Inactive)));
    }
}
