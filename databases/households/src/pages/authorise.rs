//! 核对授权委托书 on the page of a household: who has not signed yet, or whose signature ran out, and the form for it.

use kernel::AppResult;
use web::{Ctx, parts::Field};

use super::{
    blocks::{Block, Form, request_id},
    household::View,
};
use crate::{
    model::{
        authorisation::{Signer, unsigned},
        terms,
    },
    store::facts,
};

/// The form, or that everybody has signed.
pub(super) async fn authorisation(ctx: &Ctx, view: &View) -> AppResult<Vec<Block>> {
    let today = ctx.clock.today();
    let signers: Vec<Signer> = view
        .record
        .present()
        .map(|m| Signer {
            person_key: m.person_key,
            name: m.name.clone(),
            birth: m.birth.clone(),
        })
        .collect();
    let signed = facts::authorisations(&ctx.db, view.id).await?;
    let open = unsigned(&signers, &signed, today);
    if open.is_empty() {
        return Ok(vec![Block::Note(
            "success",
            "全体成年成员已签家庭经济状况核对授权委托书。".into(),
        )]);
    }
    let mut fields: Vec<Field> = signers
        .iter()
        .filter(|s| open.contains(&s.name))
        .map(|s| Field::checkbox(&format!("signed_{}", s.person_key), &format!("{}已签", s.name)))
        .collect();
    fields.push(Field::input("date", "on", "签署日期").value(today.to_string()));
    fields.push(Field::input("date", "valid_to", "有效期至").value(terms::plus_months(today, 12).to_string()));
    Ok(vec![Block::Form(Form {
        id: "authorise".into(),
        title: format!("核对授权委托书：还有 {} 人未签", open.len()),
        hint: "全体成年成员逐人签署后才能核对本户的存款、证券；没有签全的，比对时整户跳过。".into(),
        action: format!("/desk/households/{}/enter", view.id),
        hidden: vec![("what", "authorise".into()), request_id(ctx, "authorise")],
        fields,
        button: "登记签署".into(),
        class: "btn-primary",
        ..Form::default()
    })])
}
