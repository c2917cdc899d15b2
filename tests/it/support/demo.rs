//! The very program, run as `demo` in a temporary folder.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::client::Client;

/// One running demonstration.
pub struct Demo {
    folder: Folder,
    child: Child,
    /// While it is open the gateway lives: a static is never dropped, but its process's pipes are closed.
    _leash: Option<ChildStdin>,
    /// The FHIR base, such as `https://127.0.0.1:40000/fhir`.
    pub base: String,
    /// The operator's address, such as `http://127.0.0.1:40001`.
    pub admin: String,
    /// `cast.json`.
    pub cast: Value,
}

enum Folder {
    Own(TempDir),
    Given(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Own(folder) => folder.path(),
            Self::Given(path) => path,
        }
    }
}

/// The demonstration that most tests share: they file documents of their own and never ask for what others filed.
pub fn shared() -> &'static Demo {
    static SHARED: OnceLock<Demo> = OnceLock::new();
    SHARED.get_or_init(Demo::leashed)
}

impl Demo {
    /// Starts one in a folder of its own.
    pub fn start() -> Self {
        Self::start_in(Folder::Own(tempfile::tempdir().unwrap()))
    }

    /// Starts one in a folder of its own, with its configuration changed so.
    pub fn configured(change: impl FnOnce(String) -> String) -> Self {
        Self::configured_by(|_, text| change(text))
    }

    /// The same, where the change depends on what lies in the folder.
    pub fn configured_by(change: impl FnOnce(&Path, String) -> String) -> Self {
        let mut made = Self::start();
        assert_eq!(made.stop(), Some(0));
        let config = made.config();
        let changed = change(made.dir(), std::fs::read_to_string(&config).unwrap());
        std::fs::write(&config, changed).unwrap();
        let folder = std::mem::replace(&mut made.folder, Folder::Given(PathBuf::new()));
        Self::start_in(folder)
    }

    /// Starts one in a folder of its own, with these limits.
    pub fn limited(limits: &[(&str, u64)]) -> Self {
        Self::configured(|config| {
            let is_set = |line: &str| limits.iter().any(|(name, _)| line.starts_with(&format!("{name} = ")));
            let kept: Vec<&str> = config.lines().filter(|line| !is_set(line)).collect();
            let set = limits.iter().map(|(name, value)| format!("{name} = {value}\n"));
            kept.join("\n") + "\n" + &set.collect::<String>()
        })
    }

    /// The value of a metric, with its labels as they are printed; nothing where it was never counted.
    pub async fn sample(&self, name: &str) -> Option<f64> {
        let text = super::client::operator().get(format!("{}/metrics", self.admin)).send().await.unwrap();
        let text = text.text().await.unwrap();
        text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    }

    /// Starts one that ends when this process does, however it ends.
    fn leashed() -> Self {
        let script = "\"$0\" \"$@\" </dev/null & cat >/dev/null; kill -9 $!";
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).arg(env!("CARGO_BIN_EXE_dmp-gateway")).stdin(Stdio::piped());
        Self::run(shell, Folder::Own(tempfile::tempdir().unwrap()))
    }

    /// Starts one in that folder, which it leaves behind.
    pub fn start_at(dir: &Path) -> Self {
        Self::start_in(Folder::Given(dir.to_owned()))
    }

    /// Starts one in that folder, none of whose files may grow beyond so many KiB: writes beyond fail, as on a full disk.
    pub fn start_with_file_limit(dir: &Path, kib: u32) -> Self {
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kib * 2);
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).arg(env!("CARGO_BIN_EXE_dmp-gateway"));
        Self::run(shell, Folder::Given(dir.to_owned()))
    }

    fn start_in(folder: Folder) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_dmp-gateway")), folder)
    }

    fn run(mut program: Command, folder: Folder) -> Self {
        let mut child = program
            .args(["demo", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--dir"])
            .arg(folder.path())
            .env("RUST_LOG", std::env::var("DMP_TEST_LOG").unwrap_or_else(|_| "error".to_owned()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let leash = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        let base = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the demo ended: {said:?}")).unwrap();
            if let Some(base) = line.strip_prefix("ready ") {
                break base.to_owned();
            }
            said.push(line);
        };
        let admin =
            said.iter().find_map(|line| line.strip_prefix("operator ")).expect("the operator's address").to_owned();
        let cast = serde_json::from_slice(&std::fs::read(folder.path().join("cast.json")).unwrap()).unwrap();
        Self { folder, child, _leash: leash, base, admin, cast }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration.
    pub fn config(&self) -> PathBuf {
        self.dir().join("gateway.toml")
    }

    /// A client with the certificate of that caller.
    pub fn client(&self, caller: &str) -> Client {
        Client::of(self, caller)
    }

    /// A caller of the cast.
    pub fn caller(&self, name: &str) -> &Value {
        find(&self.cast["callers"], name)
    }

    /// The INS of a holder of the cast: system and matricule.
    pub fn holder(&self, name: &str) -> (String, String) {
        let holder = find(&self.cast["holders"], name);
        (holder["ins_system"].as_str().unwrap().to_owned(), holder["ins"].as_str().unwrap().to_owned())
    }

    /// A holder of the cast, with the names.
    pub fn person(&self, name: &str) -> &Value {
        find(&self.cast["holders"], name)
    }

    /// The parameter that names a holder in a search.
    pub fn patient(&self, name: &str) -> String {
        let (system, matricule) = self.holder(name);
        format!("patient.identifier={system}%7C{matricule}")
    }

    /// What no address and no error may tell: the matricules and names of the holders, the numbers and names of the callers.
    pub fn personal_data(&self) -> Vec<String> {
        let all = |list: &str, member: &str| -> Vec<String> {
            let items = self.cast[list].as_array().unwrap().iter();
            items.filter_map(|item| item[member].as_str().filter(|text| !text.is_empty()).map(str::to_owned)).collect()
        };
        let numbers = all("callers", "ps_idnat");
        // The number of a professional is PS_IdNat without the digit that tells its kind.
        let bare = numbers.iter().filter(|number| number.len() == 12).map(|number| number[1..].to_owned()).collect();
        let given = |holder: &Value| holder["given"].as_array().cloned().unwrap_or_default();
        let given = self.cast["holders"].as_array().unwrap().iter().flat_map(given);
        let given = given.map(|name| name.as_str().unwrap().to_owned()).collect();
        let called = [all("callers", "family"), all("callers", "given")].concat();
        let names = [all("holders", "family"), all("holders", "used_family"), given, called].concat();
        [all("holders", "ins"), names, numbers, bare].concat()
    }

    /// Replaces the facts of a record, beside the running gateway: open, automatically opened, with these blocks.
    pub fn import(&self, holder: &str, blocks: &Value) {
        let (system, matricule) = self.holder(holder);
        let facts = serde_json::json!({"records": [{"holder": format!("{system}|{matricule}"), "facts": {
            "holder": {"birth_date": "1979-03-28"},
            "dossier": {"state": "open", "opening": {"on": "2022-02-01", "basis": {"kind": "automatic"}}},
            "consents": [],
            "blocks": blocks,
        }}]});
        let file = self.dir().join("facts.json");
        std::fs::write(&file, facts.to_string()).unwrap();
        let (code, said) = self.command(&["record", "import", file.to_str().unwrap()]);
        assert_eq!(code, 0, "{said}");
    }

    /// The files that lie in the quarantine.
    pub fn quarantined(&self) -> usize {
        std::fs::read_dir(self.dir().join("host/quarantine")).unwrap().count()
    }

    /// The lines of the journal, in order, without their hashes.
    pub fn journal(&self) -> Vec<Value> {
        let (code, export) = self.command(&["journal", "export"]);
        assert_eq!(code, 0, "{export}");
        let links = export.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        links.map(|link| link["line"].clone()).filter(|line| line.is_object()).collect()
    }

    /// The lines that a request left: the id in its answer is the caller's own where it gave one.
    pub fn lines_of(&self, request: &str) -> Vec<Value> {
        self.journal().into_iter().filter(|line| is_of(line, request)).collect()
    }

    /// The sum of the samples of that metric whose labels hold all of these words.
    pub async fn metric(&self, name: &str, words: &[&str]) -> f64 {
        let text = super::client::operator().get(format!("{}/metrics", self.admin)).send().await.unwrap();
        let text = text.text().await.unwrap();
        let samples = text.lines().filter(|line| line.starts_with(&format!("{name}{{")));
        let named = samples.filter(|line| words.iter().all(|word| line.contains(&format!("\"{word}\""))));
        named.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
    }

    /// Waits until that is so.
    pub async fn until<F: Future<Output = bool>>(&self, is_so: impl Fn() -> F) {
        let patience = Instant::now() + Duration::from_secs(60);
        while !is_so().await {
            assert!(Instant::now() < patience, "it never came");
            tokio::task::yield_now().await;
        }
    }

    /// Asks the process by SIGHUP to read everything again, and waits until it has.
    pub async fn reload(&self) {
        self.reload_by(self.child.id()).await;
    }

    /// The same where another process serves the folder under the same addresses.
    pub async fn reload_by(&self, process: u32) {
        let before = self.metric("dmp_reloads_total", &["configuration"]).await;
        let all = self.metric("dmp_reloads_total", &["matrix"]).await;
        let asked = Command::new("kill").args(["-HUP", &process.to_string()]).status().unwrap();
        assert!(asked.success());
        self.until(|| async {
            self.metric("dmp_reloads_total", &["configuration"]).await > before
                && self.metric("dmp_reloads_total", &["matrix"]).await > all
        })
        .await;
    }

    /// Kills the process, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the process to stop and waits until it has; its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.ask_to_stop();
        self.wait()
    }

    /// Asks the process to stop.
    pub fn ask_to_stop(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// Waits until the process has ended; its exit code.
    pub fn wait(&mut self) -> Option<i32> {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < patience, "the gateway does not stop");
            std::thread::yield_now();
        }
    }

    /// Runs another command of the program on the same folder; exit code and what it printed.
    pub fn command(&self, arguments: &[&str]) -> (i32, String) {
        run(arguments, &self.config())
    }
}

/// Whether a line is of the request that was answered under that id.
pub fn is_of(line: &Value, request: &str) -> bool {
    let trace = &line["trace"];
    trace.get("correlation").unwrap_or(&trace["request"]) == request
}

/// Runs a command of the program with a configuration.
pub fn run(arguments: &[&str], config: &Path) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_dmp-gateway")).args(arguments).arg("--config").arg(config).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

fn find<'a>(list: &'a Value, name: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no {name} in the cast"))
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
