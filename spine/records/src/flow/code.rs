//! Enumerations that are stored by a stable name and shown by a Chinese title.

use std::fmt::Debug;

/// A state or an act.
pub trait Code: Copy + Eq + Debug + 'static {
    /// Every value, in the order of the procedure.
    const ALL: &'static [Self];

    /// The name in tables, URLs and the record.
    fn id(self) -> &'static str;

    /// The title on screen.
    fn title(self) -> &'static str;

    fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id() == id)
    }
}

/// Writes an enumeration with its names and titles:
/// `codes! { /// Where an application stands. pub enum Stage { Applied = "applied" "已申请", } }`.
#[macro_export]
macro_rules! codes {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $id:literal $title:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$variant_meta])* #[doc = $title] $variant,)* }

        impl $crate::flow::Code for $name {
            const ALL: &'static [Self] = &[$($name::$variant),*];

            fn id(self) -> &'static str {
                match self { $($name::$variant => $id),* }
            }

            fn title(self) -> &'static str {
                match self { $($name::$variant => $title),* }
            }
        }
    };
}
