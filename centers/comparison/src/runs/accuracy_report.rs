//! The figures of a run as text: by rule, by the clerk's error, and what was alarmed wrongly or not found.

use std::fmt;

use super::accuracy::{Accuracy, MISUSED_RULE};

/// Wrong alarms, and planted cases not found, that are named one by one.
const LISTED: usize = 400;

impl fmt::Display for Accuracy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "rule     hits  found asked  recall  linkable  recall  exceptions proposed  look-alikes reported  alarms right  precision"
        )?;
        let all = ("all".to_owned(), self.total());
        let rules = ("rules".to_owned(), self.total_of_rules());
        let totals = [(&rules.0, &rules.1), (&all.0, &all.1)];
        for (rule, a) in self.rules.iter().chain(totals) {
            writeln!(
                f,
                "{rule:<6} {:>6} {:>6} {:>5}  {:>6.4}  {:>8}  {:>6.4}  {:>10} {:>8}  {:>11} {:>8}  {:>6} {:>5}  {:>9.4}",
                a.hits.planted,
                a.hits.found,
                a.asked,
                a.hits.share(),
                a.linkable.planted,
                a.linkable.share(),
                a.exceptions.planted,
                a.exceptions.found,
                a.misses.planted,
                a.misses.found,
                a.alarms.planted,
                a.alarms.found,
                a.alarms.share(),
            )?;
        }
        for (rule, findings) in &self.unplanted {
            writeln!(f, "{rule:<6} no planted cases, {findings} findings")?;
        }
        for (data_set, numbers) in &self.not_asked {
            writeln!(
                f,
                "{MISUSED_RULE:<6} not expected of it: {numbers} of {data_set} (our own lists, or tables of which each look needs its person's signed authorisation)"
            )?;
        }
        writeln!(f, "\nerror class       planted  found  asked of a person  recall")?;
        for (class, tally) in &self.classes {
            writeln!(
                f,
                "{class:<16}  {:>7}  {:>5}  {:>17}  {:>6.4}",
                tally.planted,
                tally.found,
                self.asked.get(class).copied().unwrap_or(0),
                tally.share()
            )?;
        }
        let linked = self.linked;
        writeln!(
            f,
            "\nalarms resting on records linked otherwise than by their number: {}, right {}, precision {:.4}",
            linked.planted,
            linked.found,
            linked.share()
        )?;
        writeln!(f, "\nrule    found of planted by error class")?;
        let mut last = "";
        for ((rule, class), tally) in &self.rule_classes {
            if rule != last {
                write!(f, "{}{rule:<6}", if last.is_empty() { "" } else { "\n" })?;
                last = rule;
            }
            write!(f, "  {class} {}/{}", tally.found, tally.planted)?;
        }
        writeln!(f)?;
        for (title, of) in [
            ("alarms not planted", &self.wrong),
            ("planted and not found", &self.unfound),
        ] {
            writeln!(f, "\n{title}: {}", of.len())?;
            for (rule, what) in of.iter().take(LISTED) {
                writeln!(f, "{rule:<6} {what}")?;
            }
        }
        Ok(())
    }
}
