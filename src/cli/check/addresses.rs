//! What `check` says of the two addresses that the gateway listens on.

use std::{
    fmt::Display,
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
};

use crate::{
    config::{AdminAddress, Config},
    http::admin::AdminSocket,
    tls::{Finding, Severity},
};

/// Tries both, as `serve` would bind them.
pub fn check(config: &Config) -> Vec<Finding> {
    is_free("listen", config.listen).into_iter().chain(admin(config)).collect()
}

fn admin(config: &Config) -> Option<Finding> {
    match &config.admin {
        AdminAddress::Loopback(address) if overlap(config.listen, *address) => {
            let text = format!("admin: {address} is listened on for callers (listen): take another port");
            Some(Finding { severity: Severity::Fatal, text })
        }
        address @ (AdminAddress::Loopback(_) | AdminAddress::Unix(_)) => {
            unusable("admin", address, AdminSocket::probe(address))
        }
    }
}

/// Whether the system refuses the second of them. An unspecified address is each of its family; that of IPv6 is those of IPv4 too.
fn overlap(listen: SocketAddr, admin: SocketAddr) -> bool {
    let covers = listen.ip().is_unspecified() && (listen.is_ipv6() || admin.is_ipv4());
    listen.port() != 0 && listen.port() == admin.port() && (covers || listen.ip() == admin.ip())
}

fn is_free(member: &str, address: SocketAddr) -> Option<Finding> {
    unusable(member, &address, TcpListener::bind(address).map(|_| ()))
}

fn unusable(member: &str, address: &dyn Display, tried: io::Result<()>) -> Option<Finding> {
    let error = tried.err()?;
    // A gateway may be serving already: that is no fault.
    let severity = if error.kind() == ErrorKind::AddrInUse { Severity::Warning } else { Severity::Fatal };
    Some(Finding { severity, text: format!("{member}: {address} cannot be listened on: {error}") })
}

#[cfg(test)]
mod tests;
