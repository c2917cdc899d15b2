use super::*;

#[test]
fn a_sequence_keeps_its_index_however_many_follow() {
    let mut interner = Interner::<u8>::beginning_empty();
    let texts: Vec<String> = (0..10_000).map(|number| format!("{:x}", number * 7919)).collect();
    let indexes: Vec<u32> = texts.iter().map(|text| interner.index_of(text.as_bytes()).unwrap()).collect();
    for (text, index) in texts.iter().zip(&indexes) {
        assert_eq!(interner.find(text.as_bytes()), Some(*index));
        assert_eq!(interner.index_of(text.as_bytes()), Ok(*index));
        assert_eq!(interner.text(*index), text);
    }
    assert_eq!(indexes, (1..=10_000).collect::<Vec<u32>>());
}

#[test]
fn the_empty_sequence_is_the_first_and_what_is_not_there_is_not_found() {
    let mut interner = Interner::<u32>::beginning_empty();
    assert_eq!(interner.find(&[]), Some(0));
    assert_eq!(interner.index_of(&[1, 2]), Ok(1));
    assert_eq!(interner.get(1), Some(&[1, 2][..]));
    assert_eq!(interner.find(&[1]), None);
    assert_eq!(interner.find(&[2, 1]), None);
    assert_eq!(interner.get(2), None);
    assert_eq!(Interner::<u8>::default().find(b""), None);
}
