mod chains;
mod checks;
mod expiry;
mod handshakes;
mod lab;
mod lists;
