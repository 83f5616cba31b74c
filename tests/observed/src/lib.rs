//! What is tested here is in `tests/observed.rs`.
