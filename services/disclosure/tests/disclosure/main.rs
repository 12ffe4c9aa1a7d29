//! The public layer as people meet it: what they read, what they never read, how they see their own.

mod county;
mod notices;
mod own;
mod privacy;
mod public;
