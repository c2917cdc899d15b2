mod chains;
mod checks;
mod expiry;
mod fetches;
mod handshakes;
mod index;
mod lab;
mod lists;
