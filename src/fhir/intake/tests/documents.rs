use std::io::Read;

use super::*;

pub(crate) fn sample(size: usize) -> Vec<u8> {
    (0..size as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[test]
fn documents_flow_to_quarantine_from_each_place_where_one_can_stand() {
    let (one, two) = (sample(100_000), sample(7));
    let [first, second] = [&one, &two].map(|bytes| STANDARD.encode(bytes));
    let reference =
        format!(r#"{{"resourceType":"DocumentReference","content":[{{"attachment":{{"data":"{first}"}}}}]}}"#);
    let binary = format!(r#"{{"resourceType":"Binary","data":"{second}"}}"#);
    let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{reference}}},{{"resource":{binary}}}]}}"#);
    let inside = |resource: &str| {
        format!(r#"{{"resourceType":"Parameters","parameter":[{{"name":"resource","resource":{resource}}}]}}"#)
    };
    let (of_reference, of_bundle) = (inside(&reference), inside(&bundle));
    for (text, places) in [
        (&of_reference, vec![("Parameters.parameter[0].resource.content[0].attachment.data", &one)]),
        (
            &of_bundle,
            vec![
                ("Parameters.parameter[0].resource.entry[0].resource.content[0].attachment.data", &one),
                ("Parameters.parameter[0].resource.entry[1].resource.data", &two),
            ],
        ),
        (&reference, vec![("DocumentReference.content[0].attachment.data", &one)]),
        (&binary, vec![("Binary.data", &two)]),
        (
            &bundle,
            vec![
                ("Bundle.entry[0].resource.content[0].attachment.data", &one),
                ("Bundle.entry[1].resource.data", &two),
            ],
        ),
    ] {
        let files = Files::new();
        let intake = read(text.as_bytes(), &Limits::default(), &files).unwrap();
        let staged: Vec<_> =
            intake.staged.iter().map(|staged| (staged.at.as_str(), files.bytes(&staged.content))).collect();
        assert_eq!(staged, places.into_iter().map(|(at, bytes)| (at, bytes.clone())).collect::<Vec<_>>());
        assert!(!intake.tree.to_string().contains(&second));
    }
    let elsewhere = format!(r#"{{"resourceType":"Signature","x":{{"data":"{second}"}}}}"#);
    assert!(read_text(&elsewhere).unwrap().tree.to_string().contains(&second));
}

#[test]
fn escapes_and_white_space_in_a_document_change_nothing() {
    let bytes = sample(200_000);
    let text = STANDARD.encode(&bytes);
    let lines: Vec<&str> = text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    for written in [
        text.clone(),
        text.replace('+', r"\u002B"),
        text.replace('/', r"\/"),
        lines.join(r"\r\n"),
        lines.join(" "),
        text.chars().map(|c| format!("\\u{:04x}", c as u32)).collect(),
    ] {
        for step in [1, 7, 1023, 1024, 1025, 64 * 1024, 1 << 20] {
            let body = format!(r#"{{"resourceType":"Binary", "data" : "{written}" ,"id":"a"}}"#);
            let files = Files::new();
            let source = Stepped { bytes: body.as_bytes(), step };
            let intake = read(source, &Limits::default(), &files).unwrap();
            assert!(files.bytes(&intake.staged[0].content) == bytes, "by steps of {step}");
            assert_eq!(intake.tree.to_string(), r#"{"resourceType":"Binary","data":"AA==","id":"a"}"#);
        }
    }
}

/// Gives a few bytes at a time.
pub(crate) struct Stepped<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) step: usize,
}

impl Read for Stepped<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.step.min(out.len()).min(self.bytes.len());
        out[..size].copy_from_slice(&self.bytes[..size]);
        self.bytes = &self.bytes[size..];
        Ok(size)
    }
}

#[test]
fn what_is_no_base64_is_refused_with_its_place_and_nothing_stays() {
    let good = STANDARD.encode(sample(200_000));
    for bad in ["A", "AA", "AAA", "AA=", "AA==AAAA", "AB==", "AA-_", "A===", "====", "é", "AAAA%", "AA\\u0000A"] {
        let files = Files::new();
        let body = format!(r#"{{"resourceType":"Binary","data":"{bad}","id":""}}"#);
        let found = findings(read(body.as_bytes(), &Limits::default(), &files));
        assert_eq!(found, ["DMP-0118 Binary.data", "DMP-0107 Binary.id"], "{bad}");
        let late = format!(r#"{{"resourceType":"Binary","data":"{good}{bad}"}}"#);
        assert_eq!(findings(read(late.as_bytes(), &Limits::default(), &files)), ["DMP-0118 Binary.data"], "{bad}");
        assert_eq!(files.count(), 0);
    }
    assert_eq!(findings(read_text(r#"{"resourceType":"Binary","data":""}"#)), ["DMP-0107 Binary.data"]);
    assert_eq!(findings(read_text(r#"{"resourceType":"Binary","data":"  "}"#)), ["DMP-0118 Binary.data"]);
}

#[test]
fn any_finding_discards_what_was_staged() {
    let files = Files::new();
    let body = format!(r#"{{"resourceType":"Binary","data":"{}","id":[]}}"#, STANDARD.encode(sample(100_000)));
    assert!(read(body.as_bytes(), &Limits::default(), &files).is_err());
    // What is finished but never adopted is the host's to sweep.
    assert!(files.count() <= 1);
    let cut = &body[..body.len() - 100];
    let files = Files::new();
    assert!(matches!(read(cut.as_bytes(), &Limits::default(), &files), Err(Unreadable::Cut)));
    assert_eq!(files.count(), 0);
}

#[test]
fn a_quarantine_that_cannot_be_written_is_not_the_clients_fault() {
    struct Full;
    impl Quarantine for Full {
        fn open(&self) -> io::Result<Box<dyn StagingArea>> {
            Ok(Box::new(FullArea(File::options().write(true).open("/dev/full")?)))
        }
    }
    struct FullArea(File);
    impl Write for FullArea {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl StagingArea for FullArea {
        fn finish(self: Box<Self>) -> io::Result<StagedContent> {
            Err(io::Error::other("never written"))
        }
    }
    if !Path::new("/dev/full").exists() {
        println!("notice: no /dev/full, so the full quarantine is not tried");
        return;
    }
    for size in [10, 300_000] {
        let body = format!(r#"{{"resourceType":"Binary","data":"{}"}}"#, STANDARD.encode(sample(size)));
        assert!(matches!(read(body.as_bytes(), &Limits::default(), &Full), Err(Unreadable::Storage(_))));
    }
}

/// A body of any length that is never in memory.
pub(crate) struct Endless {
    pub(crate) head: &'static [u8],
    pub(crate) middle: u64,
    /// Begins with a quotation mark.
    pub(crate) tail: &'static [u8],
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        for part in [&mut self.head, &mut self.tail] {
            if part.is_empty() || (self.middle > 0 && part.starts_with(b"\"")) {
                continue;
            }
            let size = part.len().min(out.len());
            out[..size].copy_from_slice(&part[..size]);
            *part = &part[size..];
            return Ok(size);
        }
        let size = self.middle.min(out.len() as u64) as usize;
        out[..size].fill(b'A');
        self.middle -= size as u64;
        Ok(size)
    }
}

impl Endless {
    fn document(size: u64) -> Self {
        Self { head: br#"{"resourceType":"Binary","data":""#, middle: size, tail: br#""}"# }
    }
}

pub(crate) fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// In a process of its own: the peak is that of a whole process, and other tests have theirs.
#[test]
fn a_document_of_96_mib_passes_in_little_memory() {
    let alone = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "fhir::intake::tests::documents::the_document_of_96_mib"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&alone.stderr));
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn the_document_of_96_mib() {
    let files = Files::new();
    let text = (96 << 20) / 3 * 4;
    // What is touched once for all (code, tables) is no matter of the document's size.
    read(Endless::document(4096), &Limits::default(), &files).unwrap();
    let before = resident_kib();
    let intake = read(Endless::document(text), &Limits::default(), &files).unwrap();
    assert_eq!(intake.staged[0].content.size, text / 4 * 3);
    assert_eq!(intake.staged[0].content.head.len(), StagedContent::HEAD);
    match (before, resident_kib()) {
        (Some(before), Some(after)) => assert!(after - before < 8 * 1024, "{before} KiB, then {after} KiB"),
        _ => println!("notice: no /proc, so the memory is not measured"),
    }
}

#[test]
fn the_limits_hold_for_bodies_without_end() {
    let limits = Limits { body: 5 << 20, content: 1 << 20, ..Limits::default() };
    let files = Files::new();
    let found = findings(read(Endless::document(u64::MAX / 2), &limits, &files));
    assert_eq!(found, ["DMP-0117 Binary.data"]);
    let limits = Limits { body: 5 << 20, ..Limits::default() };
    let found = findings(read(Endless::document(u64::MAX / 2), &limits, &files));
    assert_eq!(found, ["DMP-0116 Binary.data"]);
    assert_eq!(files.count(), 0);
}
