//! Posts of the centres: key counties more than seven, others three to six; forty full-time posts were added.

/// Full-time posts to be added in all.
pub const TO_ADD: i64 = 40;
/// Reserve cadres serving as poverty officers of towns.
pub const RESERVE_CADRES: i64 = 107;
/// Secretaries (directors) sent to weak villages.
pub const WEAK_VILLAGE_SECRETARIES: i64 = 170;

/// Whether the posts of one centre are as prescribed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posts {
    AsPrescribed,
    TooFew,
    TooMany,
}

impl Posts {
    pub fn of(key_county: bool, posts: i64) -> Posts {
        match (key_county, posts) {
            (true, ..=7) => Posts::TooFew,
            (true, _) | (false, 3..=6) => Posts::AsPrescribed,
            (false, ..=2) => Posts::TooFew,
            (false, _) => Posts::TooMany,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Posts::AsPrescribed => "符合要求",
            Posts::TooFew => "编制不足",
            Posts::TooMany => "超出范围",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Posts::AsPrescribed => "done",
            Posts::TooFew => "late",
            Posts::TooMany => "wait",
        }
    }
}

/// What is prescribed, in words.
pub fn prescribed(key_county: bool) -> &'static str {
    if key_county { "多于 7 人" } else { "3—6 人" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_posts_are_too_few_for_a_key_county() {
        assert_eq!(Posts::of(true, 7), Posts::TooFew);
        assert_eq!(Posts::of(true, 8), Posts::AsPrescribed);
        assert_eq!(
            [2, 3, 6, 7].map(|n| Posts::of(false, n)),
            [Posts::TooFew, Posts::AsPrescribed, Posts::AsPrescribed, Posts::TooMany]
        );
    }
}
