//! The question "may this actor do this to that?", asked of Cedar.
//!
//! Modules bring their policies as text. In a policy the principal is `Account::"..."` in `Role::"cdi_admin"`,
//! the action `Action::"finding.verify"`, and the context says what the code has found out:
//! `in_scope` (the object lies in the actor's area and department), `own_entry` (the actor entered it),
//! `concerns_self` (it is about the actor or near kin), `same_department`. What no policy permits is refused.

use std::{collections::HashSet, str::FromStr};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use kernel::{AppError, AppResult, RegionCode};

use crate::{AccountId, Actor};

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
        Resource { region: Some(region), ..Resource::default() }
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
pub struct Policies {
    set: PolicySet,
    authorizer: Authorizer,
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
        for (module, text) in texts {
            let error = |cause: String| PolicyError { module: module.to_owned(), cause };
            let part = PolicySet::from_str(text).map_err(|e| error(e.to_string()))?;
            for (n, policy) in part.policies().enumerate() {
                let id = cedar_policy::PolicyId::new(format!("{module}/{n}"));
                set.add(policy.new_id(id)).map_err(|e| error(e.to_string()))?;
            }
        }
        Ok(Policies { set, authorizer: Authorizer::new() })
    }

    /// Whether the act is permitted. Errors in evaluation are refusals.
    pub fn permits(&self, actor: &Actor, action: &str, resource: &Resource) -> bool {
        self.decide(actor, action, resource).unwrap_or(false)
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
            return Err(AppError::forbidden("这条记录涉及您本人或近亲属，按规定应当回避，请由其他人办理。"));
        }
        if resource.entered_by.is_some() && resource.entered_by == actor.account {
            return Err(AppError::forbidden("录入（上一步）由您办理，按规定须由另一人审核。"));
        }
        Err(AppError::forbidden(format!("“{}”没有办理此项的权限。", actor.role.title())))
    }

    fn decide(&self, actor: &Actor, action: &str, resource: &Resource) -> Option<bool> {
        let role = uid("Role", actor.role.id())?;
        let principal = uid("Account", &actor.account.map_or("public".to_owned(), |a| a.to_string()))?;
        let entities = Entities::from_entities(
            [
                Entity::new_no_attrs(role.clone(), HashSet::new()),
                Entity::new_no_attrs(principal.clone(), HashSet::from([role])),
            ],
            None,
        )
        .ok()?;
        let own_entry = actor.account.is_some() && resource.entered_by == actor.account;
        let same_department = resource.department.as_deref() == actor.department.as_deref();
        let context = Context::from_pairs(
            [
                ("in_scope", in_scope(actor, resource)),
                ("own_entry", own_entry),
                ("concerns_self", resource.concerns_self),
                ("same_department", same_department),
                ("signed_in", actor.is_signed_in()),
            ]
            .map(|(name, value)| (name.to_owned(), RestrictedExpression::new_bool(value))),
        )
        .ok()?;
        let request =
            Request::new(principal, uid("Action", action)?, uid("Resource", "it")?, context, None).ok()?;
        Some(self.authorizer.is_authorized(&request, &self.set, &entities).decision() == Decision::Allow)
    }
}

fn in_scope(actor: &Actor, resource: &Resource) -> bool {
    resource.region.is_none_or(|region| actor.scope.covers(region))
        && resource.department.as_deref().is_none_or(|d| actor.scope.covers_department(d))
}

fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    Some(EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind).ok()?, EntityId::new(id)))
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
    fn outside_the_area_nothing_exists() {
        let elsewhere = Resource::in_region("371622".parse().unwrap());
        let refusal = policies().require(&inspector(), "finding.review", &elsewhere).unwrap_err();
        assert_eq!(refusal.kind, kernel::ErrorKind::NotFound);
    }

    #[test]
    fn nobody_reviews_his_own_entry_or_his_own_kin() {
        let own = Resource::in_region("371621".parse().unwrap()).entered_by(AccountId(7));
        assert!(policies().require(&inspector(), "finding.review", &own).unwrap_err().message.contains("另一人"));
        let kin = Resource::in_region("371621".parse().unwrap()).concerning_self(true);
        assert!(policies().require(&inspector(), "finding.review", &kin).unwrap_err().message.contains("回避"));
    }
}
