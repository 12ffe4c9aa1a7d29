//! Names of rows beside those of the register: what the register has taken apart is not taken apart again, and has the same
//! number.

use super::{Form, Given, Names, Surname, plain, spelled};
use crate::hash::bytes;

/// Numbers up to the register's last name are the register's, those above are the rows' own. Number 0 is the missing name.
pub(crate) struct Beside<'r> {
    known: &'r Names,
    own: Names,
}

impl<'r> Beside<'r> {
    pub(crate) fn new(known: &'r Names) -> Beside<'r> {
        Beside {
            known,
            own: Names::new(),
        }
    }

    /// The number of a delivered name; every spelling of one name has the same.
    pub(crate) fn number_of(&mut self, text: &[u8]) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let hash = bytes(text);
        let seen = |hash| self.known.seen.get(hash).or_else(|| self.own.seen.get(hash));
        if let Some(number) = seen(&hash) {
            return *number;
        }
        let (plain, long) = plain(std::str::from_utf8(text).unwrap_or_default());
        let (spelling, known_as) = spelled(&plain, long);
        let number = match seen(&known_as) {
            _ if spelling == 0 => 0,
            Some(number) => *number,
            None => self.known.len() as u32 + self.own.take_apart(&plain, spelling, long),
        };
        if spelling != 0 && known_as != hash {
            self.own.seen.insert(known_as, number);
        }
        self.own.seen.insert(hash, number);
        number
    }

    /// Whose name it is, and its number there.
    fn of(&self, number: u32) -> (&Names, u32) {
        match number.checked_sub(self.known.len() as u32) {
            None => (self.known, number),
            Some(own) => (&self.own, own),
        }
    }

    pub(crate) fn form(&self, number: u32) -> &Form {
        let (names, number) = self.of(number);
        names.form(number)
    }

    /// Compares a name of a row with one of the register.
    pub(crate) fn compare(&self, row: u32, person: u32) -> (Surname, Given) {
        let (names, number) = self.of(row);
        names.compare_with(number, self.known, person)
    }

    /// [`Names::within`] for a name of a row and one of the register.
    pub(crate) fn within(&self, row: u32, person: u32) -> bool {
        let (names, number) = self.of(row);
        names.within(number, self.known, person)
    }
}
