//! Reads rules: those built in, and those a county dropped into its own folder.

use std::{fs, path::Path, sync::Arc};

use sha2::{Digest, Sha256};

use super::Rule;
use crate::finding::SubjectKind;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// A rule file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct RuleError {
    pub file: String,
    pub problem: String,
}

/// All rules, by id. A part of the app.
#[derive(Clone, Debug)]
pub struct Rules(Vec<Arc<Rule>>);

impl Rules {
    /// The rules this binary was built with.
    pub fn embedded() -> Result<Rules, RuleError> {
        Self::load(None)
    }

    /// The built-in rules, and over them those of a folder (`<group>/<id>-<slug>.toml`): the same id replaces.
    pub fn load(folder: Option<&Path>) -> Result<Rules, RuleError> {
        let mut all = Vec::new();
        for (file, text) in embedded::EMBEDDED {
            all.push(Arc::new(Rule::parse(file, text)?));
        }
        let groups = folder
            .and_then(|f| fs::read_dir(f).ok())
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path());
        for path in groups
            .filter_map(|g| fs::read_dir(g).ok())
            .flatten()
            .flatten()
            .map(|e| e.path())
        {
            if path.extension().is_some_and(|x| x == "toml") {
                let file = path.display().to_string();
                let text = fs::read_to_string(&path).map_err(|e| RuleError {
                    file: file.clone(),
                    problem: e.to_string(),
                })?;
                let rule = Arc::new(Rule::parse(&file, &text)?);
                all.retain(|r: &Arc<Rule>| r.id != rule.id);
                all.push(rule);
            }
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Rules(all))
    }

    /// With this rule in the place of the one of its id.
    pub(crate) fn replacing(mut self, rule: Arc<Rule>) -> Rules {
        if let Some(place) = self.0.iter_mut().find(|r| r.id == rule.id) {
            *place = rule;
        }
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.0.iter()
    }

    pub fn get(&self, id: &str) -> Option<&Arc<Rule>> {
        self.0.iter().find(|r| r.id == id)
    }

    /// The rules named, or all when none is.
    pub fn select(&self, ids: &[String]) -> Vec<Arc<Rule>> {
        self.0
            .iter()
            .filter(|r| ids.is_empty() || ids.contains(&r.id))
            .cloned()
            .collect()
    }
}

impl Rule {
    /// Parses one file and checks what can be checked without tables.
    pub fn parse(file: &str, text: &str) -> Result<Rule, RuleError> {
        let bad = |problem: String| RuleError {
            file: file.to_owned(),
            problem,
        };
        let mut rule: Rule = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
        rule.hash = hex::encode(Sha256::digest(text));
        rule.file = file.to_owned();
        let stem = Path::new(file)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if !stem.starts_with(&rule.id.to_lowercase()) {
            return Err(bad(format!(
                "the file must be named {}-<slug>.toml",
                rule.id.to_lowercase()
            )));
        }
        if !rule.id.starts_with(&rule.group) || rule.version < 1 {
            return Err(bad("id must begin with its group, version with 1".into()));
        }
        let people = matches!(rule.subject.as_str(), "person" | "cadre");
        if !(people || SubjectKind::of(&rule.subject) != SubjectKind::Person)
            || !matches!(rule.confidence.as_str(), "names" | "own")
        {
            return Err(bad(
                "subject is person, account, cadre or a thing, confidence is names or own".into(),
            ));
        }
        // Which rows of a department a rule sees follows from whom it is about; what is read whole is read whole.
        let of_people = rule.sources.iter().any(|s| !rule.whole.contains(s));
        if (of_people && rule.subjects.is_empty() && rule.registers.iter().all(|r| !crate::engine::is_plain(r)))
            || rule.subjects.iter().any(|s| super::class_of(s).is_none())
        {
            return Err(bad(
                "subjects are members, targeted, payees, applicants or officials".into()
            ));
        }
        if kernel::period::parse_date(&rule.effective_from).is_none() {
            return Err(bad("effective_from is a day such as 2020-01-01".into()));
        }
        for expect in ["hit", "miss"] {
            if !rule.example.iter().any(|e| e.expect == expect) {
                return Err(bad(format!("an example with expect = \"{expect}\" is missing")));
            }
        }
        if !rule.exceptions.is_empty() && !rule.example.iter().any(|e| e.expect == "exception") {
            return Err(bad("an example of an exception is missing".into()));
        }
        Ok(rule)
    }
}
