mod chains;
mod checks;
mod demands;
mod handshakes;
mod lab;
mod lists;
