use super::*;

fn bind(path: &Path) -> io::Result<AdminSocket> {
    AdminSocket::bind(&AdminAddress::Unix(path.to_owned()))
}

#[test]
fn a_unix_socket_is_its_owners_alone_and_goes_with_the_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let socket = bind(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(UnixStream::connect(&path).is_ok());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left there");
    drop(socket);
    assert!(!path.exists());
}

#[test]
fn a_socket_that_was_left_behind_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let _socket = bind(&path).unwrap();
    assert!(UnixStream::connect(&path).is_ok());
}

#[test]
fn a_socket_that_is_answered_and_a_file_that_is_none_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (taken, file) = (folder.path().join("taken"), folder.path().join("file"));
    let _other = UnixListener::bind(&taken).unwrap();
    assert_eq!(bind(&taken).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    fs::write(&file, "kept").unwrap();
    assert_eq!(bind(&file).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&file).unwrap(), "kept");
    std::os::unix::fs::symlink(&file, folder.path().join("link")).unwrap();
    assert!(bind(&folder.path().join("link")).is_err(), "a link is no socket");
}

#[test]
fn another_gateways_socket_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let first = bind(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(folder.path().join("x"), "takes an inode").unwrap();
    let _second = bind(&path).unwrap();
    drop(first);
    assert!(path.exists());
}

#[test]
fn a_place_is_tried_without_a_trace_and_refused_as_binding_would() {
    let folder = tempfile::tempdir().unwrap();
    let probe = |path: &Path| AdminSocket::probe(&AdminAddress::Unix(path.to_owned())).map_err(|error| error.kind());
    let (free, taken, left) = (folder.path().join("free"), folder.path().join("taken"), folder.path().join("left"));
    assert_eq!(probe(&free), Ok(()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something is left there");
    assert_eq!(probe(&folder.path().join("missing/admin.sock")), Err(io::ErrorKind::NotFound));
    drop(UnixListener::bind(&left).unwrap());
    assert_eq!(probe(&left), Ok(()));
    assert!(left.exists(), "what is there is not for a probe to take away");
    let _other = UnixListener::bind(&taken).unwrap();
    assert_eq!(probe(&taken), Err(io::ErrorKind::AddrInUse));
}
