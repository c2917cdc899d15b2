mod chains;
mod checks;
mod handshakes;
mod lab;
mod lists;
