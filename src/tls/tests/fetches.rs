//! Lists fetched from a real server.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use super::lab::{Ca, EC, Lab, for_servers, hours, now};
use crate::tls::{Distrust, FetchRules, Fetcher, Trust, kept_lists, provider};

/// What the server answers.
#[derive(Clone, Default)]
enum Shows {
    #[default]
    Nothing,
    List(Vec<u8>),
    Endless,
    Stalled,
    Elsewhere(String),
}

#[derive(Default)]
struct Script {
    shows: Shows,
    tag: Option<&'static str>,
    seen: Vec<(String, Option<String>)>,
}

/// A server of lists.
struct Point {
    url: String,
    script: Arc<Mutex<Script>>,
    handle: ServerHandle,
}

impl Point {
    fn open() -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/below.crl", socket.local_addr().unwrap());
        let shared = web::Data::from(Arc::clone(&script));
        let app = move || App::new().app_data(shared.clone()).default_service(web::to(answer));
        let server = HttpServer::new(app).workers(1).disable_signals().listen(socket).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url, script, handle }
    }

    fn show(&self, list: &str) {
        self.shows(Shows::List(list.as_bytes().to_vec()));
    }

    fn shows(&self, shows: Shows) {
        self.script.lock().unwrap().shows = shows;
    }

    fn asked(&self) -> usize {
        self.script.lock().unwrap().seen.len()
    }
}

async fn answer(script: web::Data<Mutex<Script>>, request: HttpRequest) -> HttpResponse {
    let mut script = script.lock().unwrap();
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let condition = header("if-none-match");
    script.seen.push((header("host").unwrap() + request.uri().path(), condition.clone()));
    if script.tag.is_some() && condition.as_deref() == script.tag {
        return HttpResponse::NotModified().finish();
    }
    let endless = || stream::repeat_with(|| Ok::<_, actix_web::Error>(web::Bytes::from_static(&[0x30; 1024])));
    match script.shows.clone() {
        Shows::Nothing => HttpResponse::NotFound().finish(),
        Shows::List(bytes) => {
            let mut answer = HttpResponse::Ok();
            script.tag.map(|tag| answer.insert_header(("etag", tag)));
            answer.body(bytes)
        }
        Shows::Endless => HttpResponse::Ok().streaming(endless()),
        Shows::Stalled => HttpResponse::Ok().streaming(endless().take(1).chain(stream::pending())),
        Shows::Elsewhere(url) => HttpResponse::Found().insert_header(("location", url)).finish(),
    }
}

fn rules(lab: &Lab, urls: Vec<String>) -> FetchRules {
    FetchRules {
        folder: lab.dir.path().join("lists"),
        urls,
        from_certificates: false,
        proxy: None,
        refresh: SignedDuration::from_hours(1),
        bytes: 100_000,
        time: Duration::from_secs(20),
    }
}

/// A lab whose list of the authority below is to be fetched, and the trust that a gateway would have of it now.
fn lab() -> Lab {
    Lab::new().with_lists(|lab| lab.root.list(&[]))
}

fn trust(lab: &Lab) -> Arc<Trust> {
    let kept = kept_lists(&lab.dir.path().join("lists"));
    Arc::new(Trust::read_with(&lab.trust_files(), &kept, &provider()).unwrap())
}

fn standing(lab: &Lab, serial: u64, at: Timestamp) -> Result<(), Distrust> {
    trust(lab).verify(&lab.below.leaf(serial).chain, at).map(|_| ())
}

async fn round(fetcher: &mut Fetcher, lab: &Lab, at: Timestamp) -> Vec<&'static str> {
    let fetched = fetcher.round(&trust(lab), &[], at).await;
    fetched.iter().map(|one| one.word()).collect()
}

fn run(test: impl Future<Output = ()>) {
    actix_web::rt::System::new().block_on(test);
}

// requirement: TL-04
#[test]
fn a_list_is_fetched_kept_and_rotated() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let mut fetcher = Fetcher::new(rules(&lab, vec![point.url.clone()])).unwrap();
        assert_eq!(standing(&lab, 10, now()), Err(Distrust::NoList));
        point.show(&lab.below.list_of(1, &[], hours(-1), hours(24)));
        assert_eq!(round(&mut fetcher, &lab, now()).await, ["new"]);
        assert_eq!(standing(&lab, 10, now()), Ok(()));
        assert_eq!(round(&mut fetcher, &lab, now()).await, [] as [&str; 0], "not due yet");
        point.show(&lab.below.list_of(2, &[10], hours(0), hours(24)));
        assert_eq!(round(&mut fetcher, &lab, hours(1)).await, ["new"]);
        assert_eq!(standing(&lab, 10, hours(1)), Err(Distrust::Revoked));
        assert_eq!(kept_lists(&lab.dir.path().join("lists")).len(), 1);
    });
}

// requirement: TL-04
#[test]
fn while_the_server_is_down_the_last_good_list_serves_until_it_ends_even_over_a_restart() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let mut fetcher = Fetcher::new(rules(&lab, vec![point.url.clone()])).unwrap();
        point.show(&lab.below.list_of(1, &[11], hours(-1), hours(3)));
        assert_eq!(round(&mut fetcher, &lab, now()).await, ["new"]);
        point.handle.stop(false).await;
        let mut restarted = Fetcher::new(rules(&lab, vec![point.url.clone()])).unwrap();
        assert_eq!(round(&mut restarted, &lab, hours(1)).await, ["unreachable"]);
        assert_eq!(standing(&lab, 10, hours(2)), Ok(()));
        assert_eq!(standing(&lab, 11, hours(2)), Err(Distrust::Revoked));
        assert_eq!(round(&mut restarted, &lab, hours(4)).await, ["unreachable"]);
        assert_eq!(standing(&lab, 10, hours(4)), Err(Distrust::StaleList));
    });
}

#[test]
fn an_unchanged_list_is_not_sent_again_but_one_that_is_over_is_asked_for_whole() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let mut fetcher = Fetcher::new(rules(&lab, vec![point.url.clone()])).unwrap();
        point.script.lock().unwrap().tag = Some("\"one\"");
        point.show(&lab.below.list_of(1, &[], hours(-1), hours(3)));
        assert_eq!(round(&mut fetcher, &lab, now()).await, ["new"]);
        assert_eq!(round(&mut fetcher, &lab, hours(1)).await, ["unchanged"]);
        assert_eq!(round(&mut fetcher, &lab, hours(4)).await, ["over"]);
        assert_eq!(round(&mut fetcher, &lab, hours(5)).await, ["over"], "the whole list, which is over");
        let conditions: Vec<_> = point.script.lock().unwrap().seen.iter().map(|(_, tag)| tag.clone()).collect();
        let one = Some("\"one\"".to_owned());
        assert_eq!(conditions, [None, one.clone(), one, None]);
    });
}

#[test]
fn what_is_no_good_list_leaves_the_last_good_one() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let mut fetcher = Fetcher::new(rules(&lab, vec![point.url.clone()])).unwrap();
        point.show(&lab.below.list_of(5, &[11], hours(-1), hours(240)));
        assert_eq!(round(&mut fetcher, &lab, now()).await, ["new"]);
        let list = |number, from, until| Shows::List(lab.below.list_of(number, &[], from, until).into_bytes());
        let foreign = Ca::root("below").list_of(6, &[], hours(-1), hours(240));
        let bad = [
            (Shows::Nothing, "status"),
            (Shows::List(b"garbage".to_vec()), "no-list"),
            (Shows::List(vec![0x30, 3, 1, 2, 3]), "not-taken"),
            (Shows::List(Vec::new()), "no-list"),
            (Shows::List(vec![0x30; 100_001]), "too-big"),
            (Shows::Endless, "too-big"),
            (Shows::Elsewhere(point.url.clone()), "redirected"),
            (Shows::List(foreign.into_bytes()), "foreign"),
            (list(4, hours(-1), hours(240)), "older"),
            (list(6, hours(-9), hours(-1)), "over"),
            (list(6, hours(200), hours(240)), "early"),
            (Shows::List(delta(&lab)), "not-taken"),
            (Shows::List(lab.below.part_of_a_list(6)), "not-taken"),
        ];
        for (at, (shows, word)) in bad.into_iter().enumerate() {
            point.shows(shows);
            fetcher.hurry();
            assert_eq!(round(&mut fetcher, &lab, now()).await, [word], "{at}");
            assert_eq!(standing(&lab, 11, now()), Err(Distrust::Revoked), "{word}");
            assert_eq!(standing(&lab, 10, now()), Ok(()), "{word}");
        }
    });
}

/// A list whose extension that bears the number is named a delta indicator: it is read no further.
fn delta(lab: &Lab) -> Vec<u8> {
    use rustls::pki_types::{CertificateRevocationListDer, pem::PemObject};
    let list = lab.below.list_of(6, &[], hours(-1), hours(240));
    let mut der = CertificateRevocationListDer::from_pem_slice(list.as_bytes()).unwrap().as_ref().to_vec();
    let number = [0x55, 0x1d, 20];
    let at = der.windows(3).position(|window| window == number).unwrap();
    der[at + 2] = 27;
    der
}

#[test]
fn a_slow_server_is_given_up() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let rules = FetchRules { time: Duration::from_millis(300), ..rules(&lab, vec![point.url.clone()]) };
        let mut fetcher = Fetcher::new(rules).unwrap();
        point.shows(Shows::Stalled);
        assert_eq!(round(&mut fetcher, &lab, now()).await, ["slow"]);
        // One that takes the connection and never answers.
        let mute = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", mute.local_addr().unwrap());
        let rules = FetchRules { time: Duration::from_millis(300), ..self::rules(&lab, vec![url]) };
        assert_eq!(round(&mut Fetcher::new(rules).unwrap(), &lab, now()).await, ["slow"]);
    });
}

#[test]
fn failures_are_tried_again_soon_then_later_and_later() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let mut fetcher = Fetcher::new(rules(&lab, vec![point.url.clone()])).unwrap();
        let (mut at, mut pauses) = (now(), Vec::new());
        for _ in 0..9 {
            assert_eq!(round(&mut fetcher, &lab, at).await, ["status"]);
            let pause = fetcher.pause(at);
            let before = at.saturating_add(SignedDuration::try_from(pause).unwrap() - SignedDuration::from_secs(1));
            assert_eq!(round(&mut fetcher, &lab, before.unwrap()).await, [] as [&str; 0]);
            at = at.saturating_add(SignedDuration::try_from(pause).unwrap()).unwrap();
            pauses.push(pause.as_secs());
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        point.show(&lab.below.list_of(1, &[], at.saturating_sub(SignedDuration::from_hours(1)).unwrap(), hours(240)));
        assert_eq!(round(&mut fetcher, &lab, at).await, ["new"]);
        assert_eq!(fetcher.pause(at).as_secs(), 3600);
        assert_eq!(point.asked(), 10);
    });
}

#[test]
fn a_list_that_ends_soon_is_asked_for_before_it_does() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let mut fetcher = Fetcher::new(rules(&lab, vec![point.url.clone()])).unwrap();
        point.show(&lab.below.list_of(1, &[], hours(-1), hours(1)));
        assert_eq!(round(&mut fetcher, &lab, now()).await, ["new"]);
        assert_eq!(fetcher.pause(now()).as_secs(), 1800);
    });
}

#[test]
fn the_addresses_that_certificates_name_are_asked() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let own = lab.below.leaf_with(900, EC, |params| {
            for_servers(params);
            let uris = vec![point.url.clone(), "ldap://directory.example/below".to_owned()];
            params.crl_distribution_points = vec![rcgen::CrlDistributionPoint { uris }];
        });
        point.show(&lab.below.list(&[]));
        let rules = FetchRules { from_certificates: true, ..rules(&lab, Vec::new()) };
        let mut fetcher = Fetcher::new(rules).unwrap();
        let fetched = fetcher.round(&trust(&lab), &own.chain, now()).await;
        let urls: Vec<&str> = fetched.iter().map(|one| one.url.as_str()).collect();
        assert_eq!(urls, [point.url.as_str()]);
        assert_eq!(standing(&lab, 10, now()), Ok(()));
        assert!(fetcher.round(&trust(&lab), &[], hours(9)).await.is_empty(), "nobody names it any more");
        assert!(fetcher.knows_none());
    });
}

#[test]
fn a_proxy_is_told_the_whole_address() {
    run(async {
        let (lab, point) = (lab(), Point::open());
        let proxy = point.url.trim_end_matches("/below.crl").to_owned();
        point.show(&lab.below.list(&[]));
        let urls = vec!["http://lists.example:8080/x.crl".to_owned()];
        let rules = FetchRules { proxy: Some(proxy), ..rules(&lab, urls) };
        assert_eq!(round(&mut Fetcher::new(rules).unwrap(), &lab, now()).await, ["new"]);
        assert_eq!(point.script.lock().unwrap().seen, [("lists.example:8080/x.crl".to_owned(), None)]);
    });
}

#[test]
fn a_spoilt_kept_list_refuses_by_its_absence() {
    let lab = lab();
    let folder = lab.dir.path().join("lists");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.crl"), "spoilt").unwrap();
    assert_eq!(standing(&lab, 10, now()), Err(Distrust::NoList));
    std::fs::write(folder.join("b.crl"), lab.below.list(&[])).unwrap();
    assert_eq!(standing(&lab, 10, now()), Ok(()));
}
