//! The embedded host: one machine, SQLite in WAL mode with full sync, one writer thread with group commit, content in files.
