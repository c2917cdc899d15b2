mod chains;
mod checks;
mod credentials;
mod demands;
mod handshakes;
mod lab;
mod lists;
mod refusals;
