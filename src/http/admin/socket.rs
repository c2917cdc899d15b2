//! Where the operator connects: a loopback address, or a Unix socket that its owner alone may open.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    net::TcpListener,
    os::unix::{
        fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
};

use crate::config::AdminAddress;

/// The operator's socket, bound.
#[derive(Debug)]
pub enum AdminSocket {
    /// On a loopback address.
    Loopback(TcpListener),
    /// In the file system.
    Unix(UnixListener, SocketFile),
}

/// The file of a Unix socket, removed with it.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    inode: u64,
}

impl AdminSocket {
    /// Binds an address. A socket that another gateway left behind is replaced; one that is answered, and any other file, is not.
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub fn bind(address: &AdminAddress) -> io::Result<Self> {
        match address {
            AdminAddress::Loopback(address) => TcpListener::bind(address).map(Self::Loopback),
            AdminAddress::Unix(path) => {
                let listener = bind_unix(path)?;
                let inode = fs::symlink_metadata(path)?.ino();
                Ok(Self::Unix(listener, SocketFile { path: path.clone(), inode }))
            }
        }
    }

    /// Tries whether an address could be bound now, and leaves nothing behind; a socket that is there stays.
    ///
    /// # Errors
    /// As of [`AdminSocket::bind`].
    pub fn probe(address: &AdminAddress) -> io::Result<()> {
        match address {
            AdminAddress::Loopback(address) => TcpListener::bind(address).map(|_| ()),
            AdminAddress::Unix(path) => {
                refuse_taken(path)?;
                in_private(path, |private| bind_closed(private).map(|_| ()))
            }
        }
    }

    /// The address, as an operator writes it.
    ///
    /// # Errors
    /// The socket has none.
    pub fn address(&self) -> io::Result<AdminAddress> {
        match self {
            Self::Loopback(listener) => listener.local_addr().map(AdminAddress::Loopback),
            Self::Unix(_, file) => Ok(AdminAddress::Unix(file.path.clone())),
        }
    }
}

/// Binds in a folder that nobody else can enter, closes the socket to others, and only then moves it to its place: at no moment can
/// anyone else connect.
fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    refuse_taken(path)?;
    in_private(path, |private| {
        let (listener, inside) = bind_closed(private)?;
        fs::rename(inside, path)?;
        Ok(listener)
    })
}

/// Does that in a folder beside the place, which nobody else can enter and which goes afterwards.
fn in_private<T>(path: &Path, work: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let private = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    DirBuilder::new().mode(0o700).create(&private)?;
    let done = work(&private);
    fs::remove_dir_all(&private)?;
    done
}

fn bind_closed(private: &Path) -> io::Result<(UnixListener, PathBuf)> {
    let inside = private.join("s");
    let listener = UnixListener::bind(&inside)?;
    fs::set_permissions(&inside, Permissions::from_mode(0o600))?;
    Ok((listener, inside))
}

/// Refuses a place where there is something else than a socket that nobody answers.
fn refuse_taken(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(found) if !found.file_type().is_socket() => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file that is no socket"));
        }
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(io::Error::new(io::ErrorKind::AddrInUse, "another process answers at this socket")),
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let is_ours = fs::symlink_metadata(&self.path).is_ok_and(|found| found.ino() == self.inode);
        if is_ours {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests;
