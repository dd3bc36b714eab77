//! `deterra man [COMMAND]`: the manual, made from the same table as `--help`.

use super::Answer;
use crate::args::Cli;
use crate::failure::Failure;
use clap::CommandFactory;

pub(crate) fn run(command: Option<&str>) -> Result<Answer, Failure> {
    let mut main = Cli::command();
    main.build();
    let page = match command {
        None => main,
        Some(name) => {
            let names: Vec<&str> = main
                .get_subcommands()
                .map(clap::Command::get_name)
                .collect();
            let known = names.join(", ");
            main.find_subcommand(name).cloned().ok_or_else(|| {
                Failure::usage(
                    format!("there is no command `{name}`"),
                    format!("commands are {known}"),
                )
            })?
        }
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut roff)
        .map_err(Failure::internal)?;
    Ok(Answer::new(String::from_utf8_lossy(&roff)))
}
