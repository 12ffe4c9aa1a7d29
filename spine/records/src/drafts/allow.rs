//! What of a half-filled form may be kept. Judged here and not in the browser: a number that identifies a person or an
//! account is left out by the name of its field and by its shape, wherever it was typed.

/// Fields of one form.
const MAX_FIELDS: usize = 400;
/// Bytes of one field, and of all.
const MAX_TEXT: usize = 8_000;
const MAX_ALL: usize = 48_000;

/// Parts of the names of fields that are never kept.
const NEVER: [&str; 17] = [
    "id_no",
    "id_number",
    "idno",
    "relative_number",
    "identity",
    "csrf",
    "request_id",
    "password",
    "passwd",
    "secret",
    "token",
    "account",
    "card",
    "phone",
    "mobile",
    "seal",
    "file",
];

/// The fields that may be kept, in their order, and how many were left out.
pub fn allowed(fields: Vec<(String, String)>) -> (Vec<(String, String)>, usize) {
    let mut left_out = fields
        .iter()
        .skip(MAX_FIELDS)
        .filter(|(_, value)| !value.trim().is_empty())
        .count();
    let mut bytes = 0;
    let mut kept = Vec::new();
    for (name, value) in fields.into_iter().take(MAX_FIELDS) {
        bytes += name.len() + value.len();
        let unfit = name.is_empty() || name.len() > 60 || value.len() > MAX_TEXT || bytes > MAX_ALL;
        let low = name.to_lowercase();
        if unfit || NEVER.iter().any(|part| low.contains(part)) || names_a_number(&low, &value) {
            // A number nobody has typed yet is not missed.
            left_out += usize::from(!value.trim().is_empty());
            continue;
        }
        kept.push((name, value));
    }
    (kept, left_out)
}

/// Whether the value holds a number that identifies a person or an account.
fn names_a_number(name: &str, value: &str) -> bool {
    // Codes of divisions have fifteen digits, as old ID numbers have; they come from lists, not from the keyboard.
    let is_place = matches!(name, "region" | "village" | "community" | "town" | "place" | "area");
    runs(value).iter().any(|run| match run.len() {
        15 => !is_place && is_date(run, 6, false),
        16 | 19 => is_card(run),
        // Our own record numbers have eighteen digits too, and hardly ever a date in the middle.
        17 | 18 => is_date(run, 6, true) || (run.starts_with(b"62") && is_card(run)),
        _ => false,
    })
}

/// Runs of digits as they are meant: full width like half width, spaces and hyphens inside left out, an X at the end.
fn runs(value: &str) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    for c in value.chars() {
        let plain = match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            'Ｘ' | 'ｘ' | 'x' => 'X',
            _ => c,
        };
        let last = all.len() - 1;
        match plain {
            '0'..='9' => all[last].push(plain as u8),
            'X' if all[last].len() == 17 => all[last].push(b'X'),
            ' ' | '-' | '\u{3000}' if !all[last].is_empty() => {}
            _ => all.push(Vec::new()),
        }
    }
    all
}

/// Whether a date of birth stands at `at`, with or without its century.
fn is_date(run: &[u8], at: usize, century: bool) -> bool {
    let number = |from: usize, len: usize| {
        run[from..from + len]
            .iter()
            .fold(0_u32, |sum, d| sum * 10 + u32::from(d.saturating_sub(b'0')))
    };
    let (year, month) = if century {
        (number(at, 4), at + 4)
    } else {
        (1900 + number(at, 2), at + 2)
    };
    (1850..2100).contains(&year) && (1..=12).contains(&number(month, 2)) && (1..=31).contains(&number(month + 2, 2))
}

/// The check digit of a bank card.
fn is_card(run: &[u8]) -> bool {
    let sum: u32 = run
        .iter()
        .rev()
        .enumerate()
        .map(|(n, d)| {
            let digit = u32::from(d.saturating_sub(b'0'));
            if n % 2 == 0 {
                digit
            } else {
                digit * 2 / 10 + digit * 2 % 10
            }
        })
        .sum();
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, value: &str) -> bool {
        !allowed(vec![(name.into(), value.into())]).0.is_empty()
    }

    #[test]
    fn numbers_of_people_and_accounts_are_left_out_wherever_they_were_typed() {
        for (name, value) in [
            ("m1_id_no", "1"),
            ("password", "x"),
            ("to_account", "农商行"),
            ("phone", "13800000000"),
            ("note", "身份证 371621197001010012 已核"),
            ("note", "３７１６２１１９７００１０１００１Ｘ"),
            ("note", "3716 2119 7001 0100 1x"),
            ("note", "371621700101001"),
            ("note", "卡号 6222 0212 3456 7890 128"),
            ("note", "4111111111111111"),
        ] {
            let fine = kept(name, value);
            assert!(!fine, "{name} {value}");
        }
        for (name, value) in [
            ("note", "入户了解，家中两亩地，电话已留"),
            ("amount", "12000.50"),
            ("region", "371621110101001"),
            ("helper", "456123987654321098"),
            ("doc_no", "惠政发〔2026〕12号"),
            ("on", "2026-11-22"),
            ("version", "3"),
        ] {
            assert!(kept(name, value), "{name} {value}");
        }
        let empty = vec![
            ("m2_id_no".to_owned(), String::new()),
            ("m1_id_no".to_owned(), "1".to_owned()),
        ];
        assert_eq!(allowed(empty), (vec![], 1), "what is empty is not missed");
        let many = (0..600).map(|n| (format!("f{n}"), "一".to_owned())).collect();
        assert_eq!(allowed(many).0.len(), MAX_FIELDS);
    }
}
