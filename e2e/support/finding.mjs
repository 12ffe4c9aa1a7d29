// Acts on a finding through its page, as the person signed in would do them.

import assert from "node:assert/strict";

/** Fills the form of one act and sends it; the page must then say what was done. */
export async function act(page, kind, texts = {}, files = {}) {
  const form = page.locator(`form[data-act="${kind}"]`);
  const offered = await page.$$eval("form[data-act]", (forms) => forms.map((one) => one.dataset.act));
  const said = async () => (await page.innerText("main")).slice(0, 400);
  assert.equal(await form.count(), 1, `no form for ${kind}, only ${offered} on ${page.url()}:\n${await said()}`);
  await form.evaluate((element) => {
    for (let outer = element.closest("details"); outer; outer = outer.parentElement?.closest("details")) outer.open = true;
  });
  for (const [name, value] of Object.entries(texts)) {
    const field = form.locator(`[name="${kind}_${name}"]`).first();
    const type = await field.evaluate((element) => element.type);
    if (type === "radio") await form.locator(`[name="${kind}_${name}"][value="${value}"]`).check();
    else if (type === "select-one") await field.selectOption(value);
    else await field.fill(value);
  }
  for (const [selector, file] of Object.entries(files)) await form.locator(selector).first().setInputFiles(file);
  page.once("dialog", (dialog) => dialog.accept());
  await Promise.all([page.waitForEvent("load"), form.locator("button[type=submit]").click()]);
  const problem = await page.locator('.field-error, .note-danger, [role="alert"]').allInnerTexts();
  assert.deepEqual(problem, [], `${kind} was refused`);
}

/** Whether the page offers the act to whoever is signed in. */
export async function offers(page, kind) {
  return (await page.locator(`form[data-act="${kind}"]`).count()) > 0;
}
