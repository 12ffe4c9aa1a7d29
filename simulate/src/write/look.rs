//! How a department's file looks: format, encoding, headers, dates, codes, and how carelessly it was typed.

/// Container and encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8Bom,
    Gb18030,
}

/// Official headers, or every second column under an alias (the n-th listed, as far as there are so many).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Headers {
    Official,
    Alias(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateStyle {
    /// 2024-05-01, months 2024-05
    Iso,
    /// 2024/5/1, months 2024-05
    Slash,
    /// 20240501, months 202405
    Compact,
    /// 2024年5月1日, months 2024年5月
    Chinese,
    /// Days since 1899-12-30, as spreadsheets count
    Serial,
}

/// The look of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// `None` for a spreadsheet.
    pub(crate) csv: Option<Encoding>,
    pub(crate) headers: Headers,
    pub(crate) dates: DateStyle,
    /// Coded columns as labels instead of codes.
    pub(crate) labels: bool,
    /// Spreadsheets: a merged title row above the header.
    pub(crate) title: bool,
    /// Spreadsheets: each header cell merged over two rows.
    pub(crate) merged: bool,
    /// Spreadsheets: a row of group heads above the header.
    pub(crate) grouped: bool,
    /// Spreadsheets: a total and who filled it in below the rows.
    pub(crate) footer: bool,
    /// 15-digit numbers per thousand.
    pub(crate) old_numbers: u32,
    /// Numbers were read by a card reader: no typing errors.
    pub(crate) careful: bool,
}

impl Look {
    pub(crate) const fn csv(encoding: Encoding) -> Look {
        Look {
            csv: Some(encoding),
            dates: DateStyle::Iso,
            ..Look::xlsx()
        }
    }

    pub(crate) const fn xlsx() -> Look {
        Look {
            csv: None,
            headers: Headers::Official,
            dates: DateStyle::Serial,
            labels: false,
            title: false,
            merged: false,
            grouped: false,
            footer: false,
            old_numbers: 4,
            careful: false,
        }
    }

    pub(crate) const fn headers(self, headers: Headers) -> Look {
        Look { headers, ..self }
    }

    pub(crate) const fn slash_dates(self) -> Look {
        Look {
            dates: DateStyle::Slash,
            ..self
        }
    }

    pub(crate) const fn compact_dates(self) -> Look {
        Look {
            dates: DateStyle::Compact,
            ..self
        }
    }

    pub(crate) const fn chinese_dates(self) -> Look {
        Look {
            dates: DateStyle::Chinese,
            ..self
        }
    }

    pub(crate) const fn labels(self) -> Look {
        Look { labels: true, ..self }
    }

    pub(crate) const fn titled(self) -> Look {
        Look { title: true, ..self }
    }

    pub(crate) const fn merged_heads(self) -> Look {
        Look { merged: true, ..self }
    }

    pub(crate) const fn grouped_heads(self) -> Look {
        Look {
            title: true,
            grouped: true,
            ..self
        }
    }

    pub(crate) const fn footed(self) -> Look {
        Look { footer: true, ..self }
    }

    pub(crate) const fn old_numbers(self, per_mille: u32) -> Look {
        Look {
            old_numbers: per_mille,
            ..self
        }
    }

    pub(crate) const fn careful(self) -> Look {
        Look { careful: true, ..self }
    }

    /// File name of a data set.
    pub(crate) fn file_name(&self, dataset: &str, title: &str) -> String {
        let extension = if self.csv.is_some() { "csv" } else { "xlsx" };
        format!("{dataset}_{title}.{extension}")
    }
}
