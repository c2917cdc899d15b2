//! Revocation lists that the serving gateway fetches by itself.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::support::{
    Demo, Line,
    client::{credentials, operator},
    toy_pki::{ToyAuthority, serial_of},
};

const PHYSICIAN: &str = "treating-physician";

/// A distribution point; it has nothing, until it is given something.
#[derive(Clone, Default)]
struct Point(Arc<Mutex<Option<String>>>);

impl Point {
    /// Opens one, with its address. It lasts as long as this process.
    fn open() -> (Self, String) {
        let (point, socket) = (Self::default(), TcpListener::bind("127.0.0.1:0").unwrap());
        let url = format!("http://{}/lists.crl", socket.local_addr().unwrap());
        let serving = point.clone();
        thread::spawn(move || socket.incoming().for_each(|stream| drop(serving.answer(&stream.unwrap()))));
        (point, url)
    }

    fn answer(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let lines = BufReader::new(stream).lines();
        lines.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
        let body = self.0.lock().unwrap().clone();
        let status = if body.is_some() { "200 OK" } else { "503 Service Unavailable" };
        let body = body.unwrap_or_default();
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
    }

    fn show(&self, list: Option<String>) {
        *self.0.lock().unwrap() = list;
    }
}

async fn is_ready(demo: &Demo) -> bool {
    operator().get(format!("{}/ready", demo.admin)).send().await.unwrap().status() == 200
}

fn is_let_in(demo: &Demo) -> bool {
    let doctor = Arc::new(credentials(demo, PHYSICIAN, &rustls::version::TLS13));
    Line::open(demo, &doctor).and_then(|mut line| line.get("/metadata")).is_ok_and(|status| status == 200)
}

// requirement: TL-04
#[tokio::test]
async fn lists_are_fetched_while_serving_and_nobody_is_let_in_before_nor_after_they_say_no() {
    let (point, url) = Point::open();
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start_at(folder.path());
    assert_eq!(demo.stop(), Some(0));
    let config = fs::read_to_string(demo.config()).unwrap().replace("revocation = [\"pki/crl.pem\"]\n", "");
    fs::write(demo.config(), config + &format!("\n[tls.fetch]\nfolder = \"lists\"\nurls = [\"{url}\"]\n")).unwrap();
    let (code, said) = demo.command(&["check"]);
    assert!(code == 0 && said.contains("until one is fetched"), "{said}");

    let mut demo = Demo::start_at(folder.path());
    assert!(!is_let_in(&demo), "without a list nobody knows who is revoked");
    assert!(!is_ready(&demo).await);

    let lists = fs::read_to_string(demo.dir().join("pki/crl.pem")).unwrap();
    point.show(Some(lists.clone()));
    demo.reload().await;
    demo.until(|| is_ready(&demo)).await;
    assert!(is_let_in(&demo));
    let doctor = Arc::new(credentials(&demo, PHYSICIAN, &rustls::version::TLS13));
    let mut open = Line::open(&demo, &doctor).unwrap();
    let search = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    assert_eq!(open.get(&search).unwrap(), 200);

    let taken = demo.metric("dmp_reloads_total", &["trust", "taken"]).await;
    point.show(Some(lists + &ToyAuthority::of(&demo, "persons").list(1, &[serial_of(&demo, PHYSICIAN)], 3600)));
    demo.reload().await;
    // Once for the signal, once for the list.
    demo.until(|| async { demo.metric("dmp_reloads_total", &["trust", "taken"]).await >= taken + 2.0 }).await;
    assert_eq!(open.get(&search).unwrap(), 403);
    assert!(!is_let_in(&demo));
    assert!(demo.metric("dmp_list_fetches_total", &["new"]).await >= 2.0);

    assert_eq!(demo.stop(), Some(0));
    point.show(None);
    let demo = Demo::start_at(folder.path());
    assert!(is_ready(&demo).await, "the last good lists are loaded at start");
    assert!(!is_let_in(&demo), "and still say who is revoked");
    demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
}
