mod chains;
mod checks;
mod expiry;
mod fetches;
mod handshakes;
mod lab;
mod lists;
