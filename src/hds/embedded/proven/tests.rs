use aws_lc_rs::digest::digest;

use super::*;

fn read(stored: &[u8], filed: &[u8]) -> io::Result<Vec<u8>> {
    let hash = digest(&SHA256, filed).as_ref().try_into().unwrap();
    let (mut proven, mut got, mut two) = (Proven::new(stored, filed.len() as u64, hash), Vec::new(), [0; 2]);
    loop {
        match proven.read(&mut two)? {
            0 => return Ok(got),
            size => got.extend_from_slice(&two[..size]),
        }
    }
}

#[test]
fn content_that_was_filed_is_read_whole_and_the_last_bytes_of_any_other_are_withheld() {
    for filed in [b"".as_slice(), b"x", b"filed!", b"filed"] {
        assert_eq!(read(filed, filed).unwrap(), filed);
    }
    for stored in [b"FILED".as_slice(), b"filex", b"file", b"filedd", b""] {
        assert_eq!(read(stored, b"filed").unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
