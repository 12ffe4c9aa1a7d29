//! The question "may this actor do this to that?", asked of Cedar.
//!
//! Modules bring their policies as text. In a policy the principal is `Account::"..."` in `Role::"cdi_admin"`,
//! the action `Action::"finding.verify"`, and the context says what the code has found out:
//! `in_scope` (the object lies in the actor's area and department), `own_entry` (the actor entered it),
//! `concerns_self` (it is about the actor or near kin), `same_department`. What no policy permits is refused.

use std::{
    collections::{HashMap, HashSet},
    str::FromStr,
    sync::RwLock,
};

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet,
    PrincipalConstraint, Request, ResourceConstraint, RestrictedExpression,
};
use kernel::{AppError, AppResult, RegionCode};

use crate::{AccountId, Actor, Role};

/// What an act is done to, as far as permission depends on it.
#[derive(Clone, Debug, Default)]
pub struct Resource {
    pub region: Option<RegionCode>,
    pub department: Option<String>,
    /// Who entered or last decided it: a review step refuses the same person.
    pub entered_by: Option<AccountId>,
    /// It is about the actor or the actor's near kin.
    pub concerns_self: bool,
}

impl Resource {
    /// Nothing in particular: a list page, a form before anything exists.
    pub fn any() -> Resource {
        Resource::default()
    }

    pub fn in_region(region: RegionCode) -> Resource {
        Resource {
            region: Some(region),
            ..Resource::default()
        }
    }

    pub fn of_department(mut self, department: impl Into<String>) -> Resource {
        self.department = Some(department.into());
        self
    }

    pub fn entered_by(mut self, account: AccountId) -> Resource {
        self.entered_by = Some(account);
        self
    }

    pub fn concerning_self(mut self, concerns: bool) -> Resource {
        self.concerns_self = concerns;
        self
    }
}

/// All policies of all modules, parsed once.
///
/// A decision depends on the role, the action and five facts of the context, and on nothing else (policies that
/// name a single account or object are refused at start). So each is asked of Cedar once and remembered: Cedar
/// takes 0.6 ms for one question here (100 policies), and one page asks for every line of its menu; remembered, a
/// question takes less than 1 us.
pub struct Policies {
    set: PolicySet,
    authorizer: Authorizer,
    actions: HashSet<String>,
    decided: RwLock<HashMap<(Role, Facts), HashMap<String, bool>>>,
}

/// What policies read in `context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Facts {
    in_scope: bool,
    own_entry: bool,
    concerns_self: bool,
    same_department: bool,
    signed_in: bool,
}

impl Facts {
    /// What is not known of the resource does not exclude: a list page has no region and no department yet.
    fn of(actor: &Actor, resource: &Resource) -> Facts {
        Facts {
            in_scope: in_scope(actor, resource),
            own_entry: actor.account.is_some() && resource.entered_by == actor.account,
            concerns_self: resource.concerns_self,
            same_department: resource.department.is_none() || resource.department == actor.department,
            signed_in: actor.is_signed_in(),
        }
    }
}

/// A policy text that does not parse; names the module.
#[derive(Debug, thiserror::Error)]
#[error("policy of module {module}: {cause}")]
pub struct PolicyError {
    pub module: String,
    pub cause: String,
}

impl Policies {
    /// Parses `(module, text)` pairs.
    pub fn parse<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Policies, PolicyError> {
        let mut set = PolicySet::new();
        let mut actions = HashSet::new();
        for (module, text) in texts {
            let error = |cause: String| PolicyError {
                module: module.to_owned(),
                cause,
            };
            let part = PolicySet::from_str(text).map_err(|e| error(e.to_string()))?;
            for (n, policy) in part.policies().enumerate() {
                if matches!(policy.principal_constraint(), PrincipalConstraint::Eq(_))
                    || !matches!(policy.resource_constraint(), ResourceConstraint::Any)
                {
                    return Err(error(
                        "policies speak of roles, never of one account or one object".to_owned(),
                    ));
                }
                match policy.action_constraint() {
                    ActionConstraint::Any => {}
                    ActionConstraint::Eq(one) => {
                        actions.insert(one.id().unescaped().to_owned());
                    }
                    ActionConstraint::In(several) => {
                        actions.extend(several.iter().map(|one| one.id().unescaped().to_owned()));
                    }
                }
                let id = cedar_policy::PolicyId::new(format!("{module}/{n}"));
                set.add(policy.new_id(id)).map_err(|e| error(e.to_string()))?;
            }
        }
        Ok(Policies {
            set,
            authorizer: Authorizer::new(),
            actions,
            decided: RwLock::default(),
        })
    }

    /// Whether any policy names the action. A route whose action none names is closed to everyone by mistake.
    pub fn mentions(&self, action: &str) -> bool {
        self.actions.contains(action)
    }

    /// Whether the act is permitted. Errors in evaluation are refusals.
    pub fn permits(&self, actor: &Actor, action: &str, resource: &Resource) -> bool {
        let (role, facts) = (actor.role, Facts::of(actor, resource));
        if let Some(known) = self.remembered(role, facts, action) {
            return known;
        }
        let decision = self.ask(role, action, facts).unwrap_or(false);
        if let Ok(mut decided) = self.decided.write() {
            decided
                .entry((role, facts))
                .or_default()
                .insert(action.to_owned(), decision);
        }
        decision
    }

    fn remembered(&self, role: Role, facts: Facts, action: &str) -> Option<bool> {
        self.decided.read().ok()?.get(&(role, facts))?.get(action).copied()
    }

    /// Refuses with 403, or with 404 when the object lies outside the actor's reach: what one may not see
    /// does not exist.
    pub fn require(&self, actor: &Actor, action: &str, resource: &Resource) -> AppResult<()> {
        if self.permits(actor, action, resource) {
            return Ok(());
        }
        if !in_scope(actor, resource) {
            return Err(AppError::not_found("没有找到这条记录，或不在您的管理范围内。"));
        }
        if resource.concerns_self {
            return Err(AppError::forbidden(
                "这条记录涉及您本人或近亲属，按规定应当回避，请由其他人办理。",
            ));
        }
        if resource.entered_by.is_some() && resource.entered_by == actor.account {
            return Err(AppError::forbidden("录入（上一步）由您办理，按规定须由另一人审核。"));
        }
        Err(AppError::forbidden(format!(
            "“{}”没有办理此项的权限。",
            actor.role.title()
        )))
    }

    /// One evaluation by Cedar.
    fn ask(&self, role: Role, action: &str, facts: Facts) -> Option<bool> {
        let role = uid("Role", role.id())?;
        let principal = uid("Account", "it")?;
        let entities = Entities::from_entities(
            [
                Entity::new_no_attrs(role.clone(), HashSet::new()),
                Entity::new_no_attrs(principal.clone(), HashSet::from([role])),
            ],
            None,
        )
        .ok()?;
        let context = Context::from_pairs(
            [
                ("in_scope", facts.in_scope),
                ("own_entry", facts.own_entry),
                ("concerns_self", facts.concerns_self),
                ("same_department", facts.same_department),
                ("signed_in", facts.signed_in),
            ]
            .map(|(name, value)| (name.to_owned(), RestrictedExpression::new_bool(value))),
        )
        .ok()?;
        let request = Request::new(principal, uid("Action", action)?, uid("Resource", "it")?, context, None).ok()?;
        Some(self.authorizer.is_authorized(&request, &self.set, &entities).decision() == Decision::Allow)
    }
}

fn in_scope(actor: &Actor, resource: &Resource) -> bool {
    resource.region.is_none_or(|region| actor.scope.covers(region))
        && resource
            .department
            .as_deref()
            .is_none_or(|d| actor.scope.covers_department(d))
}

fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    Some(EntityUid::from_type_name_and_id(
        EntityTypeName::from_str(kind).ok()?,
        EntityId::new(id),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, Scope};

    fn policies() -> Policies {
        Policies::parse([(
            "test",
            r#"permit(principal in Role::"cdi_admin", action == Action::"finding.review", resource)
               when { context.in_scope && !context.own_entry && !context.concerns_self };"#,
        )])
        .unwrap()
    }

    fn inspector() -> Actor {
        Actor {
            account: Some(AccountId(7)),
            name: "王检".into(),
            role: Role::CdiAdmin,
            scope: Scope::area("371621".parse().unwrap()),
            department: None,
            person: None,
        }
    }

    #[test]
    fn only_what_a_policy_permits_is_allowed() {
        let here = Resource::in_region("371621103".parse().unwrap());
        assert!(policies().permits(&inspector(), "finding.review", &here));
        assert!(!policies().permits(&inspector(), "finding.delete", &here));
        assert!(!policies().permits(&Actor::public(), "finding.review", &here));
    }

    #[test]
    fn a_remembered_answer_does_not_serve_another_question() {
        let policies = policies();
        let own = Resource::in_region("371621".parse().unwrap()).entered_by(AccountId(7));
        let others = Resource::in_region("371621".parse().unwrap()).entered_by(AccountId(8));
        for _ in 0..2 {
            assert!(policies.permits(&inspector(), "finding.review", &others));
            assert!(!policies.permits(&inspector(), "finding.review", &own));
            let colleague = Actor {
                account: Some(AccountId(8)),
                ..inspector()
            };
            assert!(policies.permits(&colleague, "finding.review", &own));
            assert!(!policies.permits(
                &Actor {
                    role: Role::TownCdi,
                    ..inspector()
                },
                "finding.review",
                &others
            ));
        }
    }

    #[test]
    fn a_policy_about_one_account_is_refused() {
        let text = r#"permit(principal == Account::"7", action == Action::"finding.review", resource);"#;
        assert!(Policies::parse([("test", text)]).is_err());
    }

    #[test]
    fn the_actions_that_policies_name_are_known() {
        assert!(policies().mentions("finding.review"));
        assert!(!policies().mentions("finding.forgotten"));
    }

    /// `cargo test -p access -- --ignored --nocapture`: what one question costs, asked and remembered.
    #[test]
    #[ignore = "prints a measurement"]
    fn cost_of_a_question() {
        let many: String = (0..100)
            .map(|n| {
                format!(
                    "permit(principal in Role::\"finance\", action == Action::\"thing.verb_{n}\", resource) \
                     when {{ context.in_scope && !context.own_entry }};\n"
                )
            })
            .collect();
        let policies = Policies::parse([("many", many.as_str())]).unwrap();
        let facts = Facts::of(&inspector(), &Resource::any());
        let start = std::time::Instant::now();
        for _ in 0..50 {
            policies.ask(Role::Finance, "thing.verb_50", facts);
        }
        println!("asked of Cedar, 100 policies: {:?}", start.elapsed() / 50);
        let start = std::time::Instant::now();
        for _ in 0..10_000 {
            policies.permits(&inspector(), "thing.verb_50", &Resource::any());
        }
        println!("remembered: {:?}", start.elapsed() / 10_000);
    }

    #[test]
    fn outside_the_area_nothing_exists() {
        let elsewhere = Resource::in_region("371622".parse().unwrap());
        let refusal = policies()
            .require(&inspector(), "finding.review", &elsewhere)
            .unwrap_err();
        assert_eq!(refusal.kind, kernel::ErrorKind::NotFound);
    }

    #[test]
    fn nobody_reviews_his_own_entry_or_his_own_kin() {
        let own = Resource::in_region("371621".parse().unwrap()).entered_by(AccountId(7));
        assert!(
            policies()
                .require(&inspector(), "finding.review", &own)
                .unwrap_err()
                .message
                .contains("另一人")
        );
        let kin = Resource::in_region("371621".parse().unwrap()).concerning_self(true);
        assert!(
            policies()
                .require(&inspector(), "finding.review", &kin)
                .unwrap_err()
                .message
                .contains("回避")
        );
    }
}
