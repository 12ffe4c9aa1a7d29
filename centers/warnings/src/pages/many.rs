//! Several records of one delivered table, shown as its lines: nine declarations of one cadre are nine lines under one head,
//! not nine tables that repeat what was paid.

use comparison::finding::EvidenceRecord;

use super::{
    evidence::{Figures, HIDDEN},
    sight::Sight,
};

/// From so many on, records of one table stand as its lines.
const LINES: usize = 3;

/// Lines of one delivered table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Many {
    pub title: String,
    pub department: String,
    pub file: String,
    pub snapshot: String,
    pub heads: Vec<String>,
    pub lines: Vec<Vec<String>>,
}

/// What stands side by side, and what stands as lines. The first record is what others are held against; it stays.
pub(super) fn split(
    records: &[EvidenceRecord],
    sight: Sight,
    revealed: bool,
    figures: &Figures,
) -> (Vec<EvidenceRecord>, Vec<Many>) {
    let from = |r: &EvidenceRecord| (r.title.clone(), r.snapshot.clone());
    let others = records.get(1..).unwrap_or_default();
    let (mut side_by_side, mut tables): (Vec<EvidenceRecord>, Vec<Many>) = (Vec::new(), Vec::new());
    side_by_side.extend(records.first().cloned());
    let mut listed = Vec::new();
    for record in others {
        let table = from(record);
        let mine: Vec<&EvidenceRecord> = others.iter().filter(|r| from(r) == table).collect();
        if mine.len() < LINES {
            side_by_side.push(record.clone());
        } else if !listed.contains(&table) {
            listed.push(table);
            if sight != Sight::VerdictOnly {
                tables.push(lines(&mine, sight, revealed, figures));
            }
        }
    }
    (side_by_side, tables)
}

fn lines(records: &[&EvidenceRecord], sight: Sight, revealed: bool, figures: &Figures) -> Many {
    let mut heads: Vec<String> = Vec::new();
    for field in records.iter().flat_map(|r| &r.fields) {
        if !heads.contains(&field.label) {
            heads.push(field.label.clone());
        }
    }
    let line = |record: &EvidenceRecord| {
        let cell = |head: &String| {
            let field = record.fields.iter().find(|f| f.label == *head);
            let value = field.map_or("", |f| f.value.as_str());
            let hide = sight != Sight::Full || (figures.hides(record, head) && !revealed);
            if hide && !value.is_empty() { HIDDEN } else { value }.to_owned()
        };
        let mut cells: Vec<String> = heads.iter().map(cell).collect();
        cells.push(record.row_no.map_or_else(String::new, |n| format!("第 {n} 行")));
        cells.push(record.row_hash.clone());
        cells
    };
    let lines = records.iter().map(|r| line(r)).collect();
    heads.extend(["文件中的行".to_owned(), "行指纹".to_owned()]);
    let first = records[0];
    Many {
        title: first.title.clone(),
        department: first.department.clone(),
        file: first.file_name.clone(),
        snapshot: first.snapshot.chars().take(12).collect(),
        heads,
        lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comparison::finding::EvidenceField;

    fn record(title: &str, row: i64, name: &str) -> EvidenceRecord {
        EvidenceRecord {
            title: title.into(),
            department: "纪委监委".into(),
            snapshot: "ab".repeat(32),
            file_name: "申报.csv".into(),
            row_no: Some(row),
            row_hash: "cd".repeat(8),
            fields: vec![EvidenceField {
                label: "亲属姓名".into(),
                value: name.into(),
                differs: false,
            }],
        }
    }

    #[test]
    fn nine_declarations_are_nine_lines_and_two_stay_side_by_side() {
        let mut records = vec![record("发放记录", 0, ""), record("名册", 2, "马六")];
        records.extend((0..9).map(|n| record("近亲属申报", n + 2, "马亲")));
        let (side_by_side, tables) = split(&records, Sight::Full, false, &Figures::default());
        assert_eq!(
            side_by_side.iter().map(|r| r.title.as_str()).collect::<Vec<_>>(),
            ["发放记录", "名册"]
        );
        assert_eq!((tables.len(), tables[0].lines.len()), (1, 9));
        assert_eq!(tables[0].lines[0][..2], ["马亲", "第 2 行"]);
        let (side_by_side, tables) = split(&records[..4], Sight::Full, false, &Figures::default());
        assert_eq!((side_by_side.len(), tables.len()), (4, 0));
    }

    #[test]
    fn lines_hide_what_side_by_side_would_hide() {
        let records: Vec<_> = (0..5).map(|n| record("近亲属申报", n + 2, "马亲")).collect();
        let (_, tables) = split(&records, Sight::Question, true, &Figures::default());
        assert_eq!(tables[0].lines[0][0], HIDDEN);
        assert!(
            split(&records, Sight::VerdictOnly, true, &Figures::default())
                .1
                .is_empty()
        );
    }
}
