//! The `elek` program.
fn main() {}
