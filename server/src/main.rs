//! The binary `yangguang`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::commands::run()
}
