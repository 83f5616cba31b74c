//! What the example programs share: reading molecules, comparing them, and telling what the cache did.

#![forbid(unsafe_code)]

pub mod chemistry;
pub mod input;
pub mod parallel;
pub mod pipeline;
pub mod report;
