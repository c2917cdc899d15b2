//! The operator's listener: on loopback or a Unix socket, and nowhere else.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    process::{Child, Command, Stdio},
};

use crate::support::{Demo, client::operator, demo::run, shared};

/// A process that does not outlive its test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A configuration of its own, whose operator connects there.
fn configured(admin: &str) -> (Demo, std::path::PathBuf) {
    let mut demo = Demo::start();
    assert_eq!(demo.stop(), Some(0));
    let config = fs::read_to_string(demo.config()).unwrap();
    let lines = config.lines().map(|line| match line.split(" = ").next() {
        Some("listen") => "listen = \"127.0.0.1:0\"".to_owned(),
        Some("admin") => format!("admin = \"{admin}\""),
        _ => line.to_owned(),
    });
    let lines: Vec<String> = lines.collect();
    let path = demo.dir().join("other.toml");
    fs::write(&path, lines.join("\n")).unwrap();
    (demo, path)
}

#[test]
fn the_operator_may_be_given_a_unix_socket_that_nobody_else_opens() {
    let (demo, config) = configured("unix:admin.sock");
    let mut serving = Command::new(env!("CARGO_BIN_EXE_dmp-gateway"));
    serving.args(["serve", "--config"]).arg(&config).env("RUST_LOG", "error").stdout(Stdio::piped());
    let mut served = Served(serving.spawn().unwrap());
    let mut said = BufReader::new(served.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let socket = demo.dir().join("admin.sock");
    assert_eq!(said.next().unwrap(), format!("operator unix:{}", socket.display()));
    assert!(said.next().unwrap().starts_with("ready "));
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let mut stream = UnixStream::connect(&socket).unwrap();
    stream.write_all(b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 200") && told.ends_with("ready\n"), "{told}");
    let stopped = Command::new("kill").args(["-TERM", &served.0.id().to_string()]).status().unwrap();
    assert!(stopped.success() && served.0.wait().unwrap().success());
    assert!(!socket.exists(), "the socket goes with the gateway");
}

#[test]
fn an_address_that_others_reach_is_refused() {
    for admin in ["0.0.0.0:9090", "192.0.2.1:9090", "[::]:9090", "unix:", "nowhere"] {
        let (_demo, config) = configured(admin);
        let (code, said) = run(&["check"], &config);
        assert_ne!(code, 0, "{admin}");
        assert!(said.contains("admin") || said.contains("unix:"), "{admin}: {said}");
    }
}

#[tokio::test]
async fn what_the_operator_is_told_stays_out_of_caches() {
    for path in ["/live", "/ready", "/metrics", "/nowhere"] {
        let told = operator().get(format!("{}{path}", shared().admin)).send().await.unwrap();
        assert_eq!(told.headers()["cache-control"], "no-store", "{path}");
        assert_eq!(told.headers()["x-content-type-options"], "nosniff", "{path}");
        assert!(told.headers().get("server").is_none(), "{path}");
    }
}
