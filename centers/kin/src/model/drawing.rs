//! Where each person stands in the drawing: one row a generation, the elder above; in a row those of the same branch
//! beside each other.

use std::collections::HashMap;

use super::graph::{Graph, Reached};
use super::step::Step;

/// Width and height of a box, and the gaps between boxes.
pub const BOX: (i64, i64) = (132, 46);
const GAP: (i64, i64) = (18, 62);
const MARGIN: i64 = 12;
/// More boxes than a reader can follow; the table below the drawing has all.
pub const MOST_BOXES: usize = 60;

/// A box: whose, and its upper left corner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub key: i64,
    pub x: i64,
    pub y: i64,
}

/// A line from one box to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub from: i64,
    pub to: i64,
    pub d: String,
    /// Index of the link it stands for.
    pub link: usize,
}

/// The whole drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    pub width: i64,
    pub height: i64,
    pub boxes: Vec<Placed>,
    pub lines: Vec<Line>,
}

/// Draws the centre and those reached that are `shown`; somebody on the way to one shown is drawn too.
pub fn drawn(graph: &Graph, shown: &[&Reached]) -> Drawing {
    let mut rows: HashMap<i64, i64> = HashMap::from([(graph.centre, 0)]);
    let mut order: Vec<i64> = vec![graph.centre];
    let mut links: Vec<usize> = Vec::new();
    for reached in shown {
        let mut generation = 0;
        for &index in &reached.links {
            let link = &graph.links[index];
            generation += link.way.iter().map(|step: &Step| step.generation()).sum::<i64>();
            if !rows.contains_key(&link.to) {
                if order.len() > MOST_BOXES {
                    break;
                }
                rows.insert(link.to, -generation);
                order.push(link.to);
            }
            if !links.contains(&index) {
                links.push(index);
            }
        }
    }
    let top = rows.values().min().copied().unwrap_or(0);
    let mut in_row: HashMap<i64, i64> = HashMap::new();
    for key in &order {
        *in_row.entry(rows[key]).or_default() += 1;
    }
    let widest = in_row.values().max().copied().unwrap_or(1);
    let width = widest * (BOX.0 + GAP.0) - GAP.0 + 2 * MARGIN;
    let mut taken: HashMap<i64, i64> = HashMap::new();
    let mut places: HashMap<i64, (i64, i64)> = HashMap::new();
    let mut boxes = Vec::new();
    for key in &order {
        let row = rows[key];
        let at = taken.entry(row).or_default();
        let left = (width - (in_row[&row] * (BOX.0 + GAP.0) - GAP.0)) / 2;
        let place = (left + *at * (BOX.0 + GAP.0), MARGIN + (row - top) * (BOX.1 + GAP.1));
        *at += 1;
        places.insert(*key, place);
        boxes.push(Placed {
            key: *key,
            x: place.0,
            y: place.1,
        });
    }
    let lines = links
        .into_iter()
        .filter_map(|index| {
            let link = &graph.links[index];
            let (a, b) = (places.get(&link.from)?, places.get(&link.to)?);
            Some(Line {
                from: link.from,
                to: link.to,
                d: curve(*a, *b),
                link: index,
            })
        })
        .collect();
    let height = MARGIN * 2 + (in_row.keys().max().copied().unwrap_or(0) - top) * (BOX.1 + GAP.1) + BOX.1;
    Drawing {
        width,
        height,
        boxes,
        lines,
    }
}

/// Between rows from the lower to the upper edge; within a row an arc below the boxes.
fn curve(a: (i64, i64), b: (i64, i64)) -> String {
    let middle = |p: (i64, i64)| p.0 + BOX.0 / 2;
    let (ax, bx) = (middle(a), middle(b));
    if a.1 == b.1 {
        let (low, y) = (a.1 + BOX.1 + GAP.1 / 3, a.1 + BOX.1);
        return format!("M{ax} {y}C{ax} {low} {bx} {low} {bx} {y}");
    }
    let (upper, lower) = if a.1 < b.1 { (a, b) } else { (b, a) };
    let (from, to) = ((middle(upper), upper.1 + BOX.1), (middle(lower), lower.1));
    let half = (from.1 + to.1) / 2;
    format!(
        "M{} {}C{} {half} {} {half} {} {}",
        from.0, from.1, from.0, to.0, to.0, to.1
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        link::{Link, Source, Trust},
        step::{Sex, way_of},
    };

    #[test]
    fn parents_stand_above_children_below_and_no_two_boxes_overlap() {
        let link = |from: i64, code: &str, to: i64| Link {
            from,
            to,
            way: way_of(code, Sex::Unknown).unwrap(),
            sources: vec![Source::Declared],
            trust: Trust::Good,
            note: String::new(),
        };
        let mut graph = Graph::of(1);
        graph.step(vec![
            link(1, "51", 2),
            link(1, "20", 3),
            link(1, "12", 4),
            link(1, "30", 5),
        ]);
        graph.step(vec![link(5, "20", 6)]);
        let all: Vec<&Reached> = graph.reached.iter().collect();
        let drawing = drawn(&graph, &all);
        let y = |key: i64| drawing.boxes.iter().find(|b| b.key == key).unwrap().y;
        assert!(y(2) < y(1) && y(1) < y(3) && y(3) == y(5) && y(4) == y(1) && y(5) < y(6));
        for (i, a) in drawing.boxes.iter().enumerate() {
            assert!(a.x >= 0 && a.x + BOX.0 <= drawing.width && a.y + BOX.1 <= drawing.height);
            for b in &drawing.boxes[i + 1..] {
                assert!(a.y != b.y || (a.x - b.x).abs() >= BOX.0, "{a:?} {b:?}");
            }
        }
        assert_eq!(drawing.lines.len(), 5);
    }
}
