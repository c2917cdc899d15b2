use super::*;

fn caller(number: u8) -> CertificateId {
    CertificateId { fingerprint: [number; 32], serial: String::new(), issuer: String::new() }
}

#[tokio::test]
async fn no_caller_takes_all_places_and_a_place_comes_back() {
    let streams = Streams::new(4);
    let first = streams.take(&caller(1)).await.unwrap();
    assert_eq!(streams.take(&caller(1)).await.unwrap_err(), NoPlace::OfCaller);
    let _other = streams.take(&caller(2)).await.unwrap();
    drop(first);
    assert!(streams.take(&caller(1)).await.is_ok());
    assert_eq!(streams.callers.keys(), 1, "who has none is forgotten");
}
