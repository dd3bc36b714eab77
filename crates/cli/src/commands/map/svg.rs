//! `map` as a drawing.

use super::Answered;
use deterra_render::region::{Map, Region, svg};

/// Regions in colors, with a legend, and the point of the file marked if it is inside.
pub(super) fn drawing(answer: &Answered) -> String {
    let axes = [&answer.x, &answer.y];
    let ranges = axes.map(|axis| axis.range.each_ref().map(|x| x.0.to_f64()));
    let at = axes.map(|axis| axis.value.0.to_f64());
    let inside = (0..2).all(|d| ranges[d][0] <= at[d] && at[d] <= ranges[d][1]);
    svg(&Map {
        title: if answer.missing_area.0.is_zero() {
            answer.input.name.clone()
        } else {
            format!("{} (white: not looked at)", answer.input.name)
        },
        labels: axes.map(|axis| axis.parameter.clone()),
        ranges,
        regions: answer
            .regimes
            .iter()
            .map(|regime| Region {
                name: format!("{}  {}", regime.id, short(&regime.name)),
                polygons: regime
                    .polygons
                    .iter()
                    .map(|polygon| {
                        let corners = polygon.iter();
                        corners
                            .map(|corner| corner.each_ref().map(|x| x.0.to_f64()))
                            .collect()
                    })
                    .collect(),
            })
            .collect(),
        marked: inside.then_some(at),
    })
}

/// Without what stands in brackets: a legend has little room.
fn short(name: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0_usize;
    for letter in name.chars() {
        match letter {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 && kept.ends_with(' ') {
                    kept.pop();
                }
            }
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}
