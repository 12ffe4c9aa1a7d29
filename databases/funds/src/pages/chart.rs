//! Lines over months as SVG, drawn here: two lines need no library, and the numbers stand in the table below.

use std::fmt::Write;

/// One line: its name, colour and values in basis points.
pub(crate) struct Line {
    pub name: &'static str,
    pub colour: &'static str,
    /// Dashed, so that colour is not needed to tell lines apart.
    pub dashed: bool,
    pub values: Vec<i64>,
}

const WIDTH: i64 = 900;
const HEIGHT: i64 = 300;
const LEFT: i64 = 64;
const BOTTOM: i64 = 40;
const TOP: i64 = 34;

/// The chart; `labels` are the months. Empty without values.
pub(crate) fn lines(title: &str, labels: &[String], lines: &[Line]) -> String {
    let count = labels.len() as i64;
    if count == 0 {
        return String::new();
    }
    let most = lines.iter().flat_map(|l| l.values.iter().copied()).max().unwrap_or(0);
    // Whole tens of percent above the highest value.
    let top = ((most / 1000) + 1) * 1000;
    let x = |n: i64| LEFT + (WIDTH - LEFT - 20) * n / (count - 1).max(1);
    let y = |bp: i64| HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * bp / top;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\" width=\"100%\" font-size=\"13\" fill=\"#1f2d3d\">"
    );
    let steps = (top / 1000).min(5);
    for step in 0..=steps {
        let bp = top * step / steps;
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#d5dbe3\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}%</text>",
            WIDTH - 20,
            y(bp),
            y(bp),
            LEFT - 8,
            y(bp) + 4,
            bp / 100
        );
    }
    let every = (count / 8).max(1);
    for (n, label) in (0..).zip(labels) {
        if n % every == 0 {
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
                x(n),
                HEIGHT - BOTTOM + 20
            );
        }
    }
    for (n, line) in (0_i64..).zip(lines) {
        let points: Vec<String> = (0_i64..)
            .zip(&line.values)
            .map(|(i, bp)| format!("{},{}", x(i), y(*bp)))
            .collect();
        let dash = if line.dashed { " stroke-dasharray=\"7 5\"" } else { "" };
        let at = LEFT + n * 170;
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\"{dash}/>\
             <line x1=\"{at}\" x2=\"{}\" y1=\"14\" y2=\"14\" stroke=\"{}\" stroke-width=\"2.5\"{dash}/><text x=\"{}\" y=\"18\">{}</text>",
            points.join(" "),
            line.colour,
            at + 30,
            line.colour,
            at + 38,
            line.name
        );
    }
    svg.push_str("</svg>");
    svg
}
