//! A column of texts as one long text and where each value ends: the layout of Arrow, so that a caller lends its arrays.

/// Borrowed: value `i` is `text[offsets[i]..offsets[i + 1]]`. A missing value is an empty text.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    text: &'a [u8],
    offsets: &'a [i32],
}

impl<'a> Texts<'a> {
    /// `None` when an offset lies outside the text, inside a character, or before the one in front of it.
    pub fn new(text: &'a str, offsets: &'a [i32]) -> Option<Texts<'a>> {
        let inside = |offset: &i32| usize::try_from(*offset).is_ok_and(|at| text.is_char_boundary(at));
        (offsets.iter().all(inside) && offsets.is_sorted()).then_some(Texts {
            text: text.as_bytes(),
            offsets,
        })
    }

    /// A column whose maker has checked it, as Arrow does: nothing is looked at before it is asked for. What is no text, or
    /// lies outside, is missing.
    pub fn lent(text: &'a [u8], offsets: &'a [i32]) -> Texts<'a> {
        Texts { text, offsets }
    }

    /// A column whose `len` values are all missing.
    pub fn none() -> Texts<'static> {
        Texts {
            text: &[],
            offsets: &[],
        }
    }

    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Value `at`, empty beyond the end.
    #[inline]
    pub fn get(&self, at: usize) -> &'a str {
        std::str::from_utf8(self.bytes(at)).unwrap_or_default()
    }

    /// The same as bytes.
    #[inline]
    pub(crate) fn bytes(&self, at: usize) -> &'a [u8] {
        match (self.offsets.get(at), self.offsets.get(at + 1)) {
            (Some(from), Some(to)) => self.text.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// The same, owned and growing.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    text: String,
    offsets: Vec<i32>,
}

/// A column may hold 2 GiB of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("一列的文字超过2GiB，请分批处理")]
pub struct TooLong;

impl TextColumn {
    pub fn push(&mut self, value: &str) -> Result<(), TooLong> {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let end = i32::try_from(self.text.len() + value.len()).map_err(|_| TooLong)?;
        self.text.push_str(value);
        self.offsets.push(end);
        Ok(())
    }

    pub fn view(&self) -> Texts<'_> {
        Texts {
            text: self.text.as_bytes(),
            offsets: &self.offsets,
        }
    }

    pub fn len(&self) -> usize {
        self.view().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> FromIterator<&'a str> for TextColumn {
    /// Panics beyond 2 GiB: for small columns and tests.
    fn from_iter<I: IntoIterator<Item = &'a str>>(values: I) -> TextColumn {
        let mut column = TextColumn::default();
        for value in values {
            assert!(column.push(value).is_ok(), "a small column");
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lent_offsets_are_checked() {
        assert_eq!(Texts::new("张三李四", &[0, 6, 6, 12]).unwrap().get(2), "李四");
        assert_eq!(Texts::new("张三李四", &[0, 6, 6, 12]).unwrap().get(1), "");
        assert!(Texts::new("张三", &[0, 4]).is_none(), "inside a character");
        assert!(Texts::new("张三", &[0, 9]).is_none());
        assert!(Texts::new("张三", &[3, 0]).is_none());
    }

    #[test]
    fn what_is_no_text_is_missing() {
        let texts = Texts::lent("张三李四".as_bytes(), &[0, 6, 4, 12, 99, -1]);
        let read: Vec<&str> = (0..6).map(|at| texts.get(at)).collect();
        assert_eq!(read, ["张三", "", "", "", "", ""]);
    }
}
