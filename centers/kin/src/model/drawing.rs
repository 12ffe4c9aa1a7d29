//! Where each person stands in the drawing. For a desk: a generation below its elders, on as many lines as it needs to fit
//! the screen, those of the same branch beside each other. For a phone: one person a line below whom he was reached by,
//! a step to the right for each step away.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::graph::{Graph, Reached};
use super::step::Step;

/// Width and height of a box, and the gaps between boxes.
pub const BOX: (i64, i64) = (132, 46);
const GAP: (i64, i64) = (18, 62);
const MARGIN: i64 = 12;
/// More boxes than a reader can follow; the table below the drawing has all.
pub const MOST_BOXES: usize = 60;

/// Boxes beside each other; a larger generation goes on in the next line.
const ACROSS: i64 = 7;

/// On a phone: the width of the drawing, how far a step away is moved to the right, and the gap between lines.
const PHONE_WIDTH: i64 = 312;
const PHONE_STEP: i64 = 24;
const PHONE_GAP: i64 = 10;

/// A box: whose, its upper left corner and its width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub key: i64,
    pub x: i64,
    pub y: i64,
    pub width: i64,
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

/// Who is drawn.
struct Chosen {
    order: Vec<i64>,
    /// How many generations below the centre.
    rows: HashMap<i64, i64>,
    links: Vec<usize>,
}

/// The centre and those reached that are `shown`; somebody on the way to one shown is drawn too.
fn chosen(graph: &Graph, shown: &[&Reached]) -> Chosen {
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
    Chosen { order, rows, links }
}

/// Draws them for a desk.
pub fn drawn(graph: &Graph, shown: &[&Reached]) -> Drawing {
    let Chosen { order, rows, links } = chosen(graph, shown);
    let mut in_row: BTreeMap<i64, i64> = BTreeMap::new();
    for key in &order {
        *in_row.entry(rows[key]).or_default() += 1;
    }
    let mut lines_above: HashMap<i64, i64> = HashMap::new();
    let mut used = 0;
    for (row, count) in &in_row {
        lines_above.insert(*row, used);
        used += (count + ACROSS - 1) / ACROSS;
    }
    let across = |count: i64| count * (BOX.0 + GAP.0) - GAP.0;
    let widest = in_row.values().max().copied().unwrap_or(1).min(ACROSS);
    let width = across(widest) + 2 * MARGIN;
    let mut taken: HashMap<i64, i64> = HashMap::new();
    let mut places: HashMap<i64, (i64, i64)> = HashMap::new();
    let mut boxes = Vec::new();
    for key in &order {
        let row = rows[key];
        let at = taken.entry(row).or_default();
        let (line, column) = (*at / ACROSS, *at % ACROSS);
        let beside = (in_row[&row] - line * ACROSS).min(ACROSS);
        let left = (width - across(beside)) / 2;
        let place = (
            left + column * (BOX.0 + GAP.0),
            MARGIN + (lines_above[&row] + line) * (BOX.1 + GAP.1),
        );
        *at += 1;
        places.insert(*key, place);
        boxes.push(Placed {
            key: *key,
            x: place.0,
            y: place.1,
            width: BOX.0,
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
    let height = MARGIN * 2 + (used - 1) * (BOX.1 + GAP.1) + BOX.1;
    Drawing {
        width,
        height,
        boxes,
        lines,
    }
}

/// Draws them for a phone.
pub fn drawn_narrow(graph: &Graph, shown: &[&Reached]) -> Drawing {
    let Chosen { order, links, .. } = chosen(graph, shown);
    let mut below: HashMap<i64, Vec<(i64, usize)>> = HashMap::new();
    let mut has_line = HashSet::from([graph.centre]);
    for index in links {
        let link = &graph.links[index];
        if has_line.insert(link.to) {
            below.entry(link.from).or_default().push((link.to, index));
        }
    }
    let mut drawing = Drawing {
        width: PHONE_WIDTH,
        ..Drawing::default()
    };
    // Whom, by which link, how far to the right, and the box above him.
    let mut next: Vec<(i64, Option<usize>, i64, Option<Placed>)> = vec![(graph.centre, None, 0, None)];
    while let Some((key, link, depth, above)) = next.pop() {
        let x = 1 + depth * PHONE_STEP;
        let placed = Placed {
            key,
            x,
            y: 1 + drawing.boxes.len() as i64 * (BOX.1 + PHONE_GAP),
            width: PHONE_WIDTH - 2 - x,
        };
        if let (Some(link), Some(above)) = (link, above) {
            let (down, middle) = (above.x + PHONE_STEP / 2, placed.y + BOX.1 / 2);
            drawing.lines.push(Line {
                from: above.key,
                to: key,
                d: format!("M{down} {}V{middle}H{x}", above.y + BOX.1),
                link,
            });
        }
        for (child, link) in below.remove(&key).into_iter().flatten().rev() {
            next.push((child, Some(link), depth + 1, Some(placed.clone())));
        }
        drawing.boxes.push(placed);
    }
    debug_assert!(drawing.boxes.len() <= order.len());
    drawing.height = drawing.boxes.len() as i64 * (BOX.1 + PHONE_GAP) - PHONE_GAP + 2;
    drawing
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

    fn link(from: i64, code: &str, to: i64) -> Link {
        Link {
            from,
            to,
            way: way_of(code, Sex::Unknown).unwrap(),
            sources: vec![Source::Declared],
            trust: Trust::Good,
            note: String::new(),
        }
    }

    #[test]
    fn parents_stand_above_children_below_and_no_two_boxes_overlap() {
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

    #[test]
    fn on_a_phone_each_stands_in_a_line_of_his_own_below_whom_he_was_reached_by() {
        let mut graph = Graph::of(1);
        graph.step(vec![link(1, "51", 2), link(1, "20", 3), link(1, "30", 4)]);
        graph.step(vec![link(3, "20", 5), link(4, "20", 5)]);
        let all: Vec<&Reached> = graph.reached.iter().collect();
        let drawing = drawn_narrow(&graph, &all);
        let at = |key: i64| drawing.boxes.iter().position(|b| b.key == key).unwrap();
        assert_eq!((drawing.boxes.len(), at(1), at(5)), (5, 0, at(3) + 1));
        assert_eq!(drawing.lines.len(), 4, "a second way to somebody is told by the table");
        let x = |key: i64| drawing.boxes[at(key)].x;
        assert!(x(1) < x(2) && x(2) == x(3) && x(3) < x(5));
        for pair in drawing.boxes.windows(2) {
            assert!(pair[0].y + BOX.1 < pair[1].y);
        }
        assert!(
            drawing
                .boxes
                .iter()
                .all(|b| b.x + b.width <= PHONE_WIDTH && b.y + BOX.1 <= drawing.height)
        );
    }

    #[test]
    fn a_large_generation_goes_on_in_the_next_line_and_the_drawing_fits_a_screen() {
        let link = |code: &str, to: i64| Link {
            from: 1,
            to,
            way: way_of(code, Sex::Unknown).unwrap(),
            sources: vec![Source::Declared],
            trust: Trust::Good,
            note: String::new(),
        };
        let mut graph = Graph::of(1);
        let children = (2..32).map(|n| link("20", n));
        graph.step(children.chain([link("51", 50), link("51", 51)]).collect());
        let all: Vec<&Reached> = graph.reached.iter().collect();
        let drawing = drawn(&graph, &all);
        assert!(drawing.width <= 1_080, "{}", drawing.width);
        assert_eq!(drawing.boxes.len(), 33);
        let y = |key: i64| drawing.boxes.iter().find(|b| b.key == key).unwrap().y;
        assert!((2..32).all(|child| y(child) > y(1)) && y(50) < y(1) && y(51) == y(50));
        let mut places: Vec<(i64, i64)> = drawing.boxes.iter().map(|b| (b.x, b.y)).collect();
        assert!(
            places
                .iter()
                .all(|(x, y)| x + BOX.0 <= drawing.width && y + BOX.1 <= drawing.height)
        );
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 33, "each in a place of its own");
    }
}
