//! The query of a link: what a person filtered by goes along to the next page, the export and the print.

/// The fields that say something, as a link spells them. Empty ones are left out, so that links stay short.
///
/// ```
/// assert_eq!(web::query_of([("town", ""), ("text", "小麦"), ("year", "2020")]), "text=%E5%B0%8F%E9%BA%A6&year=2020");
/// ```
pub fn query_of<N: AsRef<str>, V: AsRef<str>>(fields: impl IntoIterator<Item = (N, V)>) -> String {
    let said = fields.into_iter().filter(|(_, value)| !value.as_ref().is_empty());
    let pairs: Vec<(String, String)> = said
        .map(|(name, value)| (name.as_ref().to_owned(), value.as_ref().to_owned()))
        .collect();
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}
