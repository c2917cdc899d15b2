//! The national directory at its real size: two million activities, made up here, loaded, and asked for people.
//!
//! `cargo bench --bench directory`; `DIRECTORY_LINES` asks for another number of lines. The reference is a plain reading of the same file
//! by the `csv` crate, record by record, that keeps nothing. Nothing here is asserted.

#![allow(clippy::print_stdout, reason = "the bench prints its report on standard output")]

use std::{
    collections::HashMap,
    error::Error,
    fs::{self, File},
    hint::black_box,
    io::{BufWriter, Write},
    path::Path,
    time::{Duration, Instant},
};

use dmp_gateway::{
    identity::{COLUMNS, Directory},
    record::identity::{PsIdNat, luhn_holds},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Activities of one person, on average: five in four, as in the real file.
const PEOPLE_IN_TEN_LINES: u64 = 8;
/// So many lookups are timed.
const LOOKUPS: usize = 1_000_000;
const MIB: f64 = 1024.0 * 1024.0;

fn main() -> Outcome<()> {
    let lines: u64 = std::env::var("DIRECTORY_LINES").map_or(Ok(2_000_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("directory.txt");
    generate(&path, lines)?;
    println!("{lines} lines, {:.0} MiB; load averages {}", fs::metadata(&path)?.len() as f64 / MIB, load());
    let plain = timed(|| Ok(read_plainly(&path)?))?;
    println!("plain csv reading: {} records in {:.2} s", plain.1, plain.0.as_secs_f64());
    let before = memory("VmRSS")?;
    let (took, directory) = timed(|| Ok(Directory::read(File::open(&path)?)?))?;
    let after = memory("VmRSS")?;
    let ratio = took.as_secs_f64() / plain.0.as_secs_f64();
    println!(
        "loading: {} activities in {:.2} s, {ratio:.2} x the plain reading",
        directory.reading().activities,
        took.as_secs_f64()
    );
    println!("memory: {:.0} MiB more than before, peak of the process {:.0} MiB", after - before, memory("VmHWM")?);
    lookups(&directory, lines)
}

/// How long one person takes to be found, beside a map of the same numbers that answers with a number.
fn lookups(directory: &Directory, lines: u64) -> Outcome<()> {
    let mut random = Random(7);
    let asked: Vec<PsIdNat> =
        (0..LOOKUPS).map(|_| person(random.below(lines * PEOPLE_IN_TEN_LINES / 10))).collect::<Outcome<_>>()?;
    let map: HashMap<&str, usize> = asked.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    let of = |took: Duration| took.as_nanos() as f64 / LOOKUPS as f64;
    let (mapped, _) = timed(|| Ok(asked.iter().filter(|id| map.contains_key(black_box(id.as_str()))).count()))?;
    let (found, known) = timed(|| Ok(asked.iter().filter(|id| directory.professional(black_box(id)).is_ok()).count()))?;
    println!(
        "lookup: {:.0} ns for a professional with structures ({known} of {LOOKUPS} found), {:.1} x a hash map of the numbers alone ({:.0} ns)",
        of(found),
        of(found) / of(mapped),
        of(mapped)
    );
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(Duration, T)> {
    let start = Instant::now();
    let done = work()?;
    Ok((start.elapsed(), done))
}

fn read_plainly(path: &Path) -> csv::Result<u64> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'|').quoting(false).flexible(true).from_path(path)?;
    let (mut record, mut count) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record)? {
        count += u64::from(!black_box(&record).is_empty());
    }
    Ok(count)
}

/// Writes the file: all columns of the extraction, numbers of the test ranges, in no order.
fn generate(path: &Path, lines: u64) -> Outcome<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "{}|", COLUMNS.join("|"))?;
    let mut random = Random(1);
    for _ in 0..lines {
        let id = person(random.below(lines * PEOPLE_IN_TEN_LINES / 10))?;
        let place = random.below(150_000);
        let value = |column: &str| match column {
            "Identification nationale PP" => id.as_str().to_owned(),
            "Identifiant PP" => id.as_str().get(1..).unwrap_or_default().to_owned(),
            "Type d'identifiant PP" => id.as_str().get(..1).unwrap_or_default().to_owned(),
            "Nom d'exercice" | "Prénom d'exercice" => "DEMONSTRATION".to_owned(),
            "Code profession" => "10".to_owned(),
            "Code savoir-faire" => format!("SM{:02}", place % 60),
            "Code catégorie professionnelle" => "C".to_owned(),
            "Numéro FINESS site" => format!("0B{place:07}"),
            "Ancien identifiant de la structure" => format!("10B{place:07}"),
            "Code secteur d'activité" => format!("SA{:02}", place % 90),
            "Raison sociale site" => format!("ETABLISSEMENT DE DEMONSTRATION {place}"),
            "Libellé profession" | "Libellé savoir-faire" | "Libellé secteur d'activité" => {
                "Libellé de démonstration".to_owned()
            }
            "Libellé Voie (coord. structure)" => "DE LA DEMONSTRATION".to_owned(),
            "Code commune (coord. structure)" | "Code postal (coord. structure)" => "99999".to_owned(),
            _ => String::new(),
        };
        let fields: Vec<String> = COLUMNS.iter().map(|column| value(column)).collect();
        writeln!(file, "{}|", fields.join("|"))?;
    }
    Ok(file.flush()?)
}

/// A person by number: RPPS of the test range as far as that goes, then ADELI of a department that does not exist.
fn person(number: u64) -> Outcome<PsIdNat> {
    if number >= 100_000 {
        return Ok(PsIdNat::new(&format!("099{:07}", number - 100_000))?);
    }
    let rpps = (0..10).map(|key| format!("99700{number:05}{key}")).find(|rpps| luhn_holds(rpps));
    Ok(PsIdNat::of_rpps(&rpps.ok_or("no key fits")?)?)
}

/// Numbers without an order, the same in each run (splitmix64).
struct Random(u64);

impl Random {
    const fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// A line of `/proc/self/status`, in MiB.
fn memory(name: &str) -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}
