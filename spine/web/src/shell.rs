//! The frame around every page, the same for all three layers: who is signed in, where one is, where one can go.
//!
//! A page struct carries `shell: Shell` and its template extends one of `layout/{desk,public,print,plain}.html`.
//! Templates print and loop only; everything that is decided (which menu entries, whose name) is decided before.

/// Text sizes of the elder mode (适老化) in points; the first is the one the switch chooses.
pub const ELDER_SIZES_PT: [u16; 3] = [18, 24, 30];

/// Where the layouts send their own forms and links.
pub mod paths {
    /// Public home page.
    pub const HOME: &str = "/";
    /// Sign-in page (GET) and form target (POST).
    pub const SIGN_IN: &str = "/sign-in";
    /// POST with `csrf`: ends the session.
    pub const SIGN_OUT: &str = "/sign-out";
    /// POST with `pt` (0 switches off, else one of [`super::ELDER_SIZES_PT`]) and `back`: sets the cookie `elder`.
    pub const ELDER: &str = "/elder";
}

/// Everything a layout prints around the content of a page.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// Title of this page, without the product's name.
    pub title: String,
    /// `公众层`, `管理层` or `监督层`, shown beside the product's name.
    pub layer: &'static str,
    /// The layers this person may enter; shown as a switch when there is more than one.
    pub layers: Vec<MenuItem>,
    /// The signed-in person, if any.
    pub user: Option<UserBox>,
    /// Waiting work shown in the bar, e.g. 预警 11, 待办 23.
    pub counters: Vec<Counter>,
    /// Two-level menu; the public layer prints the entries in one row.
    pub menu: Vec<MenuGroup>,
    /// The way here; the last crumb is this page and needs no link.
    pub crumbs: Vec<Crumb>,
    /// Token every POST form sends as the hidden field `csrf`; empty for visitors without a session.
    pub csrf: String,
    /// Outcome of the act that led here, shown once.
    pub flash: Option<Flash>,
    /// Elder mode (适老化) is on.
    pub elder: bool,
    /// Its text size in points; only read while `elder` is set.
    pub elder_pt: u16,
    /// URL of the style sheet, with its content hash.
    pub app_css: String,
    /// URL of the script: `app.js` for people at work, `public.js` (no htmx) for the public layer.
    pub app_js: String,
    /// Name of the product as this county shows it, e.g. 阳光惠民.
    pub product: String,
    /// Path and query of this page, so that switches return here.
    pub path: String,
    /// Nonce of the content security policy. No template needs it: nothing is inline.
    pub nonce: String,
}

/// The signed-in person as the bar shows them.
#[derive(Clone, Debug, Default)]
pub struct UserBox {
    /// Display name of the account.
    pub name: String,
    /// Role in the office's words, e.g. 县级管理员.
    pub role_title: String,
    /// Area or department, e.g. 惠民县 · 民政局.
    pub area_title: String,
}

/// A number of waiting items with the list it counts.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    /// What waits, e.g. 待办.
    pub title: String,
    /// How many.
    pub count: u64,
    /// The list that shows exactly these items.
    pub href: String,
    /// Something among them is overdue or red.
    pub urgent: bool,
}

/// First level of the menu.
#[derive(Clone, Debug, Default)]
pub struct MenuGroup {
    /// Heading; empty for entries that stand alone.
    pub title: String,
    /// Second level.
    pub entries: Vec<MenuItem>,
}

/// One link of a menu or switch.
#[derive(Clone, Debug, Default)]
pub struct MenuItem {
    /// Text of the link.
    pub title: String,
    /// Where it leads.
    pub href: String,
    /// This is where the reader is.
    pub active: bool,
}

/// One step of the way to this page.
#[derive(Clone, Debug, Default)]
pub struct Crumb {
    /// Text of the step.
    pub title: String,
    /// Link; `None` for the page itself.
    pub href: Option<String>,
}

/// A message shown once after an act.
#[derive(Clone, Debug, Default)]
pub struct Flash {
    /// `success`, `info`, `warning` or `danger`.
    pub kind: &'static str,
    /// What happened, in the reader's words.
    pub text: String,
}

impl Shell {
    /// `<title>` of the document: page, then product.
    pub fn document_title(&self) -> String {
        if self.title.is_empty() {
            self.product.clone()
        } else {
            format!("{} - {}", self.title, self.product)
        }
    }

    /// Sets elder mode from the value of the cookie `elder`; unknown sizes leave it off.
    pub fn with_elder_cookie(mut self, value: Option<&str>) -> Self {
        let size_pt = value
            .and_then(|text| text.parse().ok())
            .filter(|pt| ELDER_SIZES_PT.contains(pt));
        self.elder = size_pt.is_some();
        self.elder_pt = size_pt.unwrap_or(0);
        self
    }

    /// The size the switch asks for: off when on, the first size when off.
    pub fn elder_next_pt(&self) -> u16 {
        if self.elder { 0 } else { ELDER_SIZES_PT[0] }
    }

    /// Home of the product; templates of other crates cannot name [`paths`], so these methods do.
    pub fn home_href(&self) -> &'static str {
        paths::HOME
    }

    /// Sign-in page.
    pub fn sign_in_href(&self) -> &'static str {
        paths::SIGN_IN
    }

    /// Target of the sign-out form.
    pub fn sign_out_href(&self) -> &'static str {
        paths::SIGN_OUT
    }

    /// Target of the elder switch.
    pub fn elder_href(&self) -> &'static str {
        paths::ELDER
    }

    /// Text sizes offered at the foot of public pages.
    pub fn elder_sizes_pt(&self) -> [u16; 3] {
        ELDER_SIZES_PT
    }

    /// The nearest step of the way that has a link: title and address.
    pub fn back(&self) -> Option<(&str, &str)> {
        self.crumbs
            .iter()
            .rev()
            .find_map(|crumb| Some((crumb.title.as_str(), crumb.href.as_deref()?)))
    }

    /// Adds a step to the way here.
    pub fn crumb(mut self, title: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            title: title.into(),
            href: Some(href.into()),
        });
        self
    }

    /// Names this page: its title and the last step of the way.
    pub fn here(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self.crumbs.push(Crumb {
            title: self.title.clone(),
            href: None,
        });
        self
    }
}

impl MenuItem {
    /// A link that knows whether the reader is at it or below it.
    pub fn new(title: impl Into<String>, href: impl Into<String>, path: &str) -> Self {
        let href = href.into();
        let here = path.split(['?', '#']).next().unwrap_or_default();
        let is_home = matches!(href.as_str(), "/" | "/desk");
        let active = here == href || (!is_home && here.starts_with(&href) && here[href.len()..].starts_with('/'));
        Self {
            title: title.into(),
            href,
            active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_active_at_its_page_and_below_but_not_beside() {
        let active = |path| MenuItem::new("预警", "/desk/warnings", path).active;
        assert!(active("/desk/warnings"));
        assert!(active("/desk/warnings?page=2"));
        assert!(active("/desk/warnings/42"));
        assert!(!active("/desk/warnings-archive"));
        assert!(!MenuItem::new("首页", "/", "/programmes").active);
    }

    #[test]
    fn only_known_elder_sizes_switch_the_mode_on() {
        let size = |value| Shell::default().with_elder_cookie(value).elder_pt;
        assert_eq!(
            [
                size(Some("18")),
                size(Some("30")),
                size(Some("99")),
                size(Some("x")),
                size(None)
            ],
            [18, 30, 0, 0, 0]
        );
        assert_eq!(Shell::default().elder_next_pt(), 18);
    }
}
