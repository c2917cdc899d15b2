use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::PathBuf,
    sync::Arc,
};

use super::*;

fn payer(number: u8) -> Payer {
    Payer::Certificate([number; 32])
}

/// Reads a question, answers it, and waits until the answer was taken; the token that it is about.
fn answered(mut question: TcpStream) -> String {
    let (mut asked, mut piece) = (String::new(), [0; 1024]);
    while !asked.contains("&token_type_hint") {
        let length = question.read(&mut piece).unwrap();
        asked += std::str::from_utf8(&piece[..length]).unwrap();
    }
    let body = "{\"active\":false}";
    write!(question, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).unwrap();
    question.shutdown(Shutdown::Write).unwrap();
    let _ = question.read_to_end(&mut Vec::new());
    asked.split("token=").nth(1).unwrap().split('&').next().unwrap().to_owned()
}

#[tokio::test]
async fn one_payer_does_not_take_all_questions_of_a_slow_issuer() {
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
        tokio::spawn(async move { introspector.ask(&token, payer(number), Timestamp::UNIX_EPOCH).await.map(drop) })
    };
    let mut all: Vec<_> = (0..=SHARE).map(|number| asked(1, format!("mine{number}"))).collect();
    all.push(asked(2, "another".to_owned()));
    let answering = tokio::task::spawn_blocking(move || {
        let first: Vec<TcpStream> = (0..=SHARE).map(|_| socket.accept().unwrap().0).collect();
        let first: Vec<String> = first.into_iter().map(answered).collect();
        (first, answered(socket.accept().unwrap().0))
    });
    let (first, last) = answering.await.unwrap();
    assert!(first.contains(&"another".to_owned()), "{first:?} before {last}: the first payer's last one waits");
    for answer in all {
        assert_eq!(answer.await.unwrap(), Err(Refused::Untrusted(Untrusted::Inactive)));
    }
}
