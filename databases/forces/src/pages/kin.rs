//! Near kin on a helper's page: what was declared, and the form to declare.

use access::Resource;
use axum::{Form, extract::Path};
use kernel::AppResult;
use web::{Ctx, Page, parts::Field};

use super::{
    helpers,
    sheet::{Grid, Sheet, form, is_for_the_form, refused, text, whole, with_first},
};
use crate::{
    acts::kin as acts,
    store::{helpers::Helper, kin},
};

/// Near kin as declared, for those who keep the register; nobody else sees who is whose relative.
pub(super) async fn show(ctx: &Ctx, helper: &Helper, sheet: &mut Sheet) -> AppResult<()> {
    if !ctx.may("force.change", &Resource::in_region(helper.region())) || !ctx.scope().covers(helper.region()) {
        return Ok(());
    }
    let declared = kin::declared_by(&ctx.db, helper.id).await?;
    sheet.grids.push(Grid {
        title: "近亲属申报",
        label: "近亲属申报",
        total: format!("共 {} 人", declared.len()),
        heads: vec!["亲属姓名", "与本人关系", "申报日期", "登记人"],
        rows: declared
            .into_iter()
            .map(|d| {
                vec![
                    text(d.relative_name),
                    text(households::codes::kin_title(&d.code)),
                    whole(d.declared_on),
                    text(d.entered_by),
                ]
            })
            .collect(),
        empty: "还没有申报。同户的近亲属不用申报，结对时自动回避。",
        ..Grid::default()
    });
    if helper.is_active() {
        let codes = acts::NEAR.map(|code| (code.to_owned(), households::codes::kin_title(code).to_owned()));
        let action = format!("/desk/forces/helpers/{}/kin", helper.id);
        sheet.forms.push(
            form(ctx, "登记近亲属", action, "登记")
                .note("登记后不能与亲属所在的户结对。身份证号只用于核对，不保存。")
                .fields([
                    Field::text("relative_name", "亲属姓名").required(),
                    Field::text("relative_number", "亲属身份证号").required(),
                    Field::select("code", "与本人关系", with_first("请选择", codes.to_vec())).required(),
                ]),
        );
    }
    Ok(())
}

pub(crate) async fn declare(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<acts::KinForm>) -> Page {
    match acts::declare(ctx.app(), ctx.actor(), id, &typed).await {
        Ok(()) => {
            ctx.done("已登记近亲属，结对时自动回避。", &format!("/desk/forces/helpers/{id}"))
                .await
        }
        Err(error) if is_for_the_form(&error) => refused(helpers::one(&ctx, id, &error.message).await),
        Err(error) => Err(error.into()),
    }
}
