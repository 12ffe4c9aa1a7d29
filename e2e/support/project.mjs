// Steps and entries of a project through its pages, as the person signed in would take them.

import assert from "node:assert/strict";

/** Opens the page where a link of that name stands, follows it, fills the form and sends it; what the page then says. */
export async function take(page, where, title, fields = {}) {
  await page.goto(where);
  const link = page.locator(`main a.btn, .page-header a.btn, header a.btn`).filter({ hasText: title });
  const offered = (await page.locator("a.btn").allInnerTexts()).join(" ");
  assert.ok((await link.count()) > 0, `no link ${title} on ${where}, only: ${offered}`);
  await Promise.all([page.waitForEvent("load"), link.first().click()]);
  return send(page, fields);
}

/** Fills the form of the present page and sends it. */
export async function send(page, fields = {}, form = page.locator("main form[method=post]:has(button.btn-primary)").first()) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    assert.equal(await field.count(), 1, `no field ${name} on ${page.url()}`);
    const kind = await field.evaluate((element) => `${element.tagName} ${element.type ?? ""}`);
    if (kind.startsWith("SELECT")) await field.selectOption(value);
    else if (/file/.test(kind)) await field.setInputFiles(value);
    else if (/checkbox|radio/.test(kind)) await field.check();
    else await field.fill(value);
  }
  const missing = await form.evaluate((element) => [...element.elements].filter((e) => !e.checkValidity()).map((e) => e.name));
  assert.deepEqual(missing, [], `${page.url()} also asks for these`);
  await Promise.all([page.waitForEvent("load"), form.locator("button[type=submit]").first().click()]);
  return page.innerText("main");
}
