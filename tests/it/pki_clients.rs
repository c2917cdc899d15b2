//! The thin column of the matrix: the same certificates in the hands of other TLS libraries, where they are installed.
