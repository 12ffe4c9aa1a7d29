//! The import template a department downloads: the header row, and how each column is written.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use super::{Column, ColumnType, Contract};

impl Contract {
    /// An XLSX template: sheet one to fill in, sheet two explains every column and lists its codes.
    pub fn template_xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let head = Format::new()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color(0xDCE8F6)
            .set_border(rust_xlsxwriter::FormatBorder::Thin);
        let must = head.clone().set_font_color(0xB00020);
        let text = Format::new().set_num_format("@");
        let wrap = Format::new().set_text_wrap();
        let fill = book.add_worksheet().set_name("填报表")?;
        fill.set_freeze_panes(1, 0)?;
        for (at, column) in (0_u16..).zip(&self.columns) {
            let width = (column.header.chars().count() * 2 + 4).clamp(12, 30) as f64;
            // Text cells, so that spreadsheet programs neither round an ID number nor guess at dates.
            fill.set_column_width(at, width)?.set_column_format(at, &text)?;
            fill.write_with_format(
                0,
                at,
                column.header.as_str(),
                if column.required { &must } else { &head },
            )?;
        }
        let notes = book.add_worksheet().set_name("填报说明")?;
        notes
            .set_column_width(0, 26)?
            .set_column_width(3, 34)?
            .set_column_width(4, 24)?
            .set_column_width(5, 70)?;
        notes.write(0, 0, format!("{}（{}）：{}", self.title, self.department, self.purpose))?;
        for (at, title) in (0_u16..).zip(["列名", "是否必填", "类型", "写法", "示例", "代码表"]) {
            notes.write_with_format(1, at, title, &head)?;
        }
        for (row, column) in (2_u32..).zip(&self.columns) {
            let codes: Vec<String> = column
                .codes
                .iter()
                .map(|(code, label)| format!("{code} {label}"))
                .collect();
            notes.write(row, 0, column.header.as_str())?;
            notes.write(row, 1, if column.required { "必填" } else { "选填" })?;
            notes.write(row, 2, column.kind.title())?;
            notes.write(row, 3, column.how_to_write())?;
            notes.write(row, 4, column.example.as_deref().unwrap_or(""))?;
            notes.write_with_format(row, 5, codes.join("；"), &wrap)?;
        }
        book.save_to_buffer()
    }

    /// A CSV template: a byte-order mark, so that office programs read it as UTF-8, and the header row.
    pub fn template_csv(&self) -> String {
        let headers: Vec<&str> = self.columns.iter().map(|c| c.header.as_str()).collect();
        format!("\u{feff}{}\r\n", headers.join(","))
    }
}

impl Column {
    /// One line of guidance for the template.
    pub fn how_to_write(&self) -> String {
        let mut parts = vec![self.kind.hint().to_owned()];
        if let Some(unit) = &self.unit {
            parts.push(format!("单位：{unit}"));
        }
        if let Some(max) = self.max_chars {
            parts.push(format!("不超过{max}字"));
        }
        if self.min == Some(0) && matches!(self.kind, ColumnType::Money | ColumnType::Area | ColumnType::Int) {
            parts.push("不能为负".to_owned());
        }
        parts.extend(self.note.clone());
        parts.retain(|p| !p.is_empty());
        parts.join("；")
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::Contracts;

    #[test]
    fn every_data_set_has_a_template_to_download() {
        for contract in Contracts::embedded().unwrap().iter() {
            assert!(contract.template_xlsx().unwrap().starts_with(b"PK"));
            assert!(contract.template_csv().contains(&contract.columns[0].header));
        }
    }
}
