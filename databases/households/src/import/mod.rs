//! Import of households by template: members with what concerns their household, and incomes.
//!
//! A household that is registered is brought up to date; one that is not becomes an application and goes through
//! the identification like any other, because no file may put anybody on the register past its notices.

mod held;
mod incomes;
mod means;
mod members;
mod members_apply;
mod villages;

pub(crate) use incomes::IncomeImport;
pub(crate) use means::MeansImport;
pub(crate) use members::MemberImport;

/// A person's code in exported files: it names a person as the number would, and tells nobody the number.
pub(crate) fn person_code(key: i64) -> String {
    // A letter first, so that no spreadsheet takes it for a number.
    format!("R{:016X}", key as u64)
}

/// Reads [`person_code`].
pub(crate) fn person_of(code: &str) -> Option<i64> {
    let digits = code.trim().strip_prefix(['R', 'r'])?;
    (digits.len() == 16)
        .then(|| u64::from_str_radix(digits, 16).ok())?
        .map(|key| key as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_code_goes_both_ways() {
        for key in [0, 1, i64::MAX, -1, i64::MIN] {
            assert_eq!(person_of(&person_code(key)), Some(key));
        }
        assert_eq!(person_of("371621"), None);
        assert_eq!(person_of("R12"), None);
    }

    #[test]
    fn the_templates_are_sound() {
        use records::import::Register;
        for contract in [MemberImport::contract(), IncomeImport::contract()] {
            assert!(contract.unwrap().seals_numbers);
        }
    }
}
