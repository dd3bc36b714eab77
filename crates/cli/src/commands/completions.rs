//! `deterra completions SHELL`.

use super::Answer;
use crate::args::Cli;
use clap::CommandFactory;
use clap_complete::Shell;

pub(crate) fn run(shell: Shell) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "deterra", &mut script);
    Answer::new(String::from_utf8_lossy(&script))
}
