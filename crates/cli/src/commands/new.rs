//! `deterra new [TEMPLATE]`: a starter scenario to fill in.

use super::Answer;
use crate::args::Format;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json;
use crate::output::names::hint;
use deterra_render::table::{Cell, Table};
use deterra_scenario::{TEMPLATES, template};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Templates {
    schema: &'static str,
    templates: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    about: &'static str,
}

pub(crate) fn run(name: Option<&str>, force: bool, context: &Context) -> Result<Answer, Failure> {
    if let Some(path) = context.shared.output.as_deref()
        && !force
        && path.is_file()
    {
        return Err(Failure::usage(
            format!("{} is there already", path.display()),
            "--force writes over it",
        ));
    }
    let Some(name) = name else {
        return list(context);
    };
    let known = || TEMPLATES.iter().map(|t| t.name);
    let template = template(name).ok_or_else(|| {
        let all: Vec<&str> = known().collect();
        Failure::usage(
            format!("there is no starter scenario `{name}`"),
            hint(name, known(), || format!("there are {}", all.join(", "))),
        )
    })?;
    Ok(Answer::new(template.text))
}

fn list(context: &Context) -> Result<Answer, Failure> {
    let mut table = Table::new(["template", "is"]);
    for template in TEMPLATES {
        table.push([Cell::from(template.name), Cell::from(template.about)]);
    }
    let text = match context.shared.format() {
        Format::Json => json::document(&Templates {
            schema: "deterra/templates/1",
            templates: TEMPLATES
                .iter()
                .map(|t| Row {
                    name: t.name,
                    about: t.about,
                })
                .collect(),
        })
        .map_err(Failure::internal)?,
        Format::Csv => table.to_csv(),
        Format::Text | Format::Gambit => table.to_text(context.width()),
    };
    Ok(Answer::new(text))
}
