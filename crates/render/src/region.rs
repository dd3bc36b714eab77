//! A map of regions over two numbers, as SVG.

use crate::escape;
use std::fmt::Write;

/// Colors that people with any color vision tell apart (Okabe and Ito 2008), then grays.
const COLORS: [&str; 8] = [
    "#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#0072b2", "#d55e00", "#999999",
];

/// The side of the map, in pixels.
const SIDE: f64 = 480.0;

/// Room around the map: left, top, right, bottom.
const MARGIN: [f64; 4] = [70.0, 46.0, 330.0, 60.0];

/// The most letters of a name in the legend.
const MOST_LETTERS: usize = 36;

/// A region.
#[derive(Clone, Debug)]
pub struct Region {
    /// What the legend says.
    pub name: String,
    /// Corners in the units of the axes.
    pub polygons: Vec<Vec<[f64; 2]>>,
}

/// A map.
#[derive(Clone, Debug)]
pub struct Map {
    /// Above it.
    pub title: String,
    /// Beside the axes.
    pub labels: [String; 2],
    /// The ends of the axes.
    pub ranges: [[f64; 2]; 2],
    /// In the order of the legend.
    pub regions: Vec<Region>,
    /// A point that is marked.
    pub marked: Option<[f64; 2]>,
}

/// The map as one self-contained SVG file.
///
/// Labels may hold any text: they are escaped.
pub fn svg(map: &Map) -> String {
    let [left, top, right, bottom] = MARGIN;
    let (width, height) = (left + SIDE + right, top + SIDE + bottom);
    let place = |point: &[f64; 2]| {
        let share = |d: usize| {
            let [low, high] = map.ranges[d];
            (point[d] - low) / (high - low)
        };
        (left + share(0) * SIDE, top + (1.0 - share(1)) * SIDE)
    };
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">"
    ));
    line(format!("<title>{}</title>", escape::html(&map.title)));
    line(format!(
        "<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>"
    ));
    line(format!(
        "<text x=\"{left}\" y=\"{:.1}\" font-size=\"15\" font-weight=\"bold\">{}</text>",
        top - 18.0,
        escape::html(&map.title)
    ));
    for (k, region) in map.regions.iter().enumerate() {
        let mut path = String::new();
        for polygon in &region.polygons {
            for (j, corner) in polygon.iter().enumerate() {
                let (x, y) = place(corner);
                let letter = if j == 0 { 'M' } else { 'L' };
                // Writing to a string cannot fail.
                let _ = write!(path, "{letter}{x:.2} {y:.2}");
            }
            path.push('Z');
        }
        let color = COLORS[k % COLORS.len()];
        let dimmed = if k < COLORS.len() { "1" } else { "0.5" };
        line(format!(
            "<path d=\"{path}\" fill=\"{color}\" fill-opacity=\"{dimmed}\" stroke=\"{color}\" stroke-width=\"0.6\"><title>{}</title></path>",
            escape::html(&region.name)
        ));
    }
    line(format!(
        "<rect x=\"{left}\" y=\"{top}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#000000\"/>"
    ));
    for k in 0..=4 {
        let share = f64::from(k) / 4.0;
        let tick = |d: usize| {
            let [low, high] = map.ranges[d];
            short(low + share * (high - low))
        };
        let (x, y) = (left + share * SIDE, top + (1.0 - share) * SIDE);
        line(format!(
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            top + SIDE + 20.0,
            tick(0)
        ));
        line(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 8.0,
            y + 4.0,
            tick(1)
        ));
    }
    line(format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-style=\"italic\">{}</text>",
        left + SIDE / 2.0,
        top + SIDE + 44.0,
        escape::html(&map.labels[0])
    ));
    let (x, y) = (left - 48.0, top + SIDE / 2.0);
    line(format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" font-style=\"italic\" transform=\"rotate(-90 {x:.1} {y:.1})\">{}</text>",
        escape::html(&map.labels[1])
    ));
    for (k, region) in map.regions.iter().enumerate() {
        let y = top + 8.0 + 24.0 * k as f64;
        let color = COLORS[k % COLORS.len()];
        let dimmed = if k < COLORS.len() { "1" } else { "0.5" };
        line(format!(
            "<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"14\" height=\"14\" fill=\"{color}\" fill-opacity=\"{dimmed}\" stroke=\"#000000\" stroke-width=\"0.5\"/>",
            left + SIDE + 18.0
        ));
        line(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            left + SIDE + 40.0,
            y + 12.0,
            escape::html(&cut(&region.name))
        ));
    }
    if let Some(point) = &map.marked {
        let (x, y) = place(point);
        line(format!(
            "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"5\" fill=\"#ffffff\" stroke=\"#000000\" stroke-width=\"2\"/>"
        ));
    }
    line("</svg>".to_owned());
    out
}

/// A number on an axis.
fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// A name that fits beside the map.
fn cut(name: &str) -> String {
    if name.chars().count() <= MOST_LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(MOST_LETTERS - 1).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_corners_placed() {
        let map = Map {
            title: "a < b".to_owned(),
            labels: ["x".to_owned(), "y".to_owned()],
            ranges: [[0.0, 2.0], [0.0, 1.0]],
            regions: vec![Region {
                name: "<script>".to_owned(),
                polygons: vec![vec![[0.0, 0.0], [2.0, 0.0], [2.0, 1.0]]],
            }],
            marked: None,
        };
        let drawn = svg(&map);
        assert!(!drawn.contains("<script>"));
        assert!(drawn.contains("a &lt; b"));
        // The lower left corner and the upper right one.
        assert!(drawn.contains("M70.00 526.00L550.00 526.00L550.00 46.00Z"));
    }
}
