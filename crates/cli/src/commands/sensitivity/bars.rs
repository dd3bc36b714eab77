//! Each parameter over its range, and close by.

use super::{Asked, Section, approx, exact, wrapped};
use deterra_analyze::sensitivity::{Bar, Elasticity, Side, Target, elasticities, tornado};
use deterra_analyze::sweep::Row;
use deterra_game::number::Rational;
use deterra_render::table::{Cell, Table};
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(super) fn tornado_section(asked: &Asked<'_>) -> Section {
    let control = asked.context.control();
    let bars = tornado(
        &asked.family,
        &asked.base,
        &asked.ranges(),
        &asked.request,
        &control,
    );
    let mut rows: Vec<(&Target, &Bar)> = Vec::new();
    for target in &asked.targets {
        let mut of: Vec<&Bar> = bars.iter().collect();
        // Widest first; the order of parameters where they are alike.
        of.sort_by_key(|bar| std::cmp::Reverse(bar.swing(target)));
        rows.extend(of.into_iter().map(|bar| (target, bar)));
    }
    let mut csv = Table::new([
        "target",
        "parameter",
        "low",
        "high",
        "at_low",
        "at_base",
        "at_high",
        "least",
        "most",
        "swing",
    ]);
    for (target, bar) in &rows {
        csv.push(cells(asked, target, bar, true));
    }
    Section {
        key: "tornado",
        json: Value::Array(rows.iter().map(|(t, b)| json_row(asked, t, b)).collect()),
        text: text(asked, &rows),
        rows: csv,
        stop: asked.context.stop().filter(|_| {
            let mut all = bars.iter().flat_map(|bar| &bar.scan);
            all.any(|(_, row)| row.found.is_err())
        }),
    }
}

/// The ends of the scan.
fn ends(bar: &Bar) -> Option<[&(Rational, Row); 2]> {
    Some([bar.scan.first()?, bar.scan.last()?])
}

fn json_row(asked: &Asked<'_>, target: &Target, bar: &Bar) -> Value {
    let point = |(at, row): &(Rational, Row)| {
        let value = target.of(row);
        json!({
            "at": exact(at),
            "value": value.as_ref().map(exact),
            "approx": value.as_ref().map(approx),
            "regime": row.name(),
            "problem": row.found.as_ref().err(),
        })
    };
    let extreme = |(at, value): &(Rational, Rational)| json!({ "at": exact(at), "value": exact(value), "approx": approx(value) });
    let extremes = bar.extremes(target);
    let swing = bar.swing(target);
    let base = target.of(&asked.here);
    json!({
        "parameter": bar.parameter,
        "target": target.to_string(),
        "low": ends(bar).map(|[low, _]| point(low)),
        "high": ends(bar).map(|[_, high]| point(high)),
        "base": base.as_ref().map(exact),
        "least": extremes.as_ref().map(|[least, _]| extreme(least)),
        "most": extremes.as_ref().map(|[_, most]| extreme(most)),
        "swing": exact(&swing),
        "approx_swing": approx(&swing),
        "regimes": bar.regimes(),
    })
}

fn cells(asked: &Asked<'_>, target: &Target, bar: &Bar, whole: bool) -> Vec<Cell> {
    let number = |value: Option<Rational>| value.map_or(Cell::Empty, Cell::Number);
    let at = |end: usize| {
        let ends = ends(bar);
        let end = ends.map(|ends| ends[end]);
        [
            number(end.map(|(at, _)| at.clone())),
            number(end.and_then(|(_, row)| target.of(row))),
        ]
    };
    let ([low, at_low], [high, at_high]) = (at(0), at(1));
    let extremes = bar.extremes(target);
    let [least, most] = extremes.map_or([None, None], |[a, b]| [Some(a.1), Some(b.1)]);
    let mut cells = Vec::new();
    if whole {
        cells.push(Cell::from(target.to_string()));
    }
    cells.extend([
        Cell::from(bar.parameter.clone()),
        low,
        high,
        at_low,
        number(target.of(&asked.here)),
        at_high,
        number(least),
        number(most),
        Cell::Number(bar.swing(target)),
    ]);
    cells
}

fn text(asked: &Asked<'_>, rows: &[(&Target, &Bar)]) -> String {
    let mut text = wrapped(
        "One at a time, over its range, the others as in the file:",
        asked.context,
    );
    let mut shown = false;
    for target in &asked.targets {
        let of = || {
            rows.iter()
                .filter(|(t, _)| *t == target)
                .map(|(_, bar)| bar)
        };
        let moved: Vec<_> = of().filter(|bar| !bar.swing(target).is_zero()).collect();
        if moved.is_empty() && !asked.chosen {
            continue;
        }
        shown = true;
        _ = writeln!(text, "\n{target}");
        if moved.is_empty() {
            text += &wrapped("nothing changes it", asked.context);
            continue;
        }
        let mut table = Table::new([
            "parameter",
            "low",
            "high",
            "at low",
            "in the file",
            "at high",
            "least",
            "most",
            "swing",
        ]);
        for bar in moved {
            table.push(cells(asked, target, bar, false));
        }
        text += &table.to_text(asked.context.width());
    }
    if !shown {
        text += &wrapped(
            "No parameter changes anything over its range.",
            asked.context,
        );
    }
    let first = rows.first().map(|(target, _)| *target);
    for (_, bar) in rows.iter().filter(|(target, _)| Some(*target) == first) {
        let missing = bar
            .scan
            .iter()
            .find_map(|(at, row)| Some((at, row.found.as_ref().err()?)));
        if let Some((at, why)) = missing {
            let said = format!("At {} = {at} nothing is known: {why}.", bar.parameter);
            text += &wrapped(&said, asked.context);
        }
    }
    for (_, bar) in rows.iter().filter(|(target, _)| Some(*target) == first) {
        let regimes = bar.regimes();
        if regimes.len() > 1 {
            let said = format!("As {} rises: {}.", bar.parameter, regimes.join(", then "));
            text += &wrapped(&said, asked.context);
        }
    }
    text
}

pub(super) fn elasticity_section(asked: &Asked<'_>) -> Section {
    let found = elasticities(
        &asked.family,
        &asked.base,
        &asked.ranges(),
        &asked.targets,
        &asked.request,
        &asked.context.control(),
    );
    let moves = |e: &&Elasticity| {
        let still = |s: &Option<Side>| {
            s.as_ref()
                .is_none_or(|s| s.slope.is_zero() && s.jump.is_zero())
        };
        !(still(&e.below) && still(&e.above))
    };
    let headings = [
        "parameter",
        "target",
        "elasticity below",
        "elasticity above",
        "slope below",
        "slope above",
        "jump below",
        "jump above",
    ];
    let mut table = Table::new(headings);
    let mut csv = Table::new(headings);
    let row = |e: &Elasticity| {
        let number = |value: Option<Rational>| {
            value.map_or(Cell::Empty, |x| {
                Cell::Text(deterra_render::number::decimal(&x))
            })
        };
        let of = |get: &dyn Fn(&Side) -> Option<Rational>| {
            [&e.below, &e.above].map(|side| number(side.as_ref().and_then(get)))
        };
        let elastic = of(&|s| s.elasticity.clone());
        let slope = of(&|s| Some(s.slope.clone()));
        let jump = of(&|s| Some(s.jump.clone()));
        let names = [
            Cell::from(e.parameter.clone()),
            Cell::from(e.target.to_string()),
        ];
        names.into_iter().chain(elastic).chain(slope).chain(jump)
    };
    for e in &found {
        csv.push(row(e));
    }
    for e in found.iter().filter(moves) {
        table.push(row(e));
    }
    let mut text = wrapped(
        "Close to the file's numbers: percent for a percent, and what the answer jumps by as soon as the number is left:",
        asked.context,
    );
    if table.is_empty() {
        text += &wrapped("Nothing changes close by.", asked.context);
    } else {
        text += &table.to_text(asked.context.width());
    }
    let side = |side: &Option<Side>| {
        side.as_ref().map(|s| {
            json!({
                "elasticity": s.elasticity.as_ref().map(approx),
                "slope": approx(&s.slope),
                "jump": approx(&s.jump),
                "regime_changes": s.changes,
            })
        })
    };
    let json_row = |e: &Elasticity| {
        json!({
            "parameter": e.parameter,
            "target": e.target.to_string(),
            "at": exact(&e.at),
            "value": exact(&e.value),
            "below": side(&e.below),
            "above": side(&e.above),
        })
    };
    Section {
        key: "elasticities",
        json: Value::Array(found.iter().map(json_row).collect()),
        text,
        rows: csv,
        stop: asked.context.stop().filter(|_| {
            let is_missing = |e: &Elasticity| e.below.is_none() || e.above.is_none();
            found.is_empty() || found.iter().any(is_missing)
        }),
    }
}
