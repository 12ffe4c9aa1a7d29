// Steps of a register's workflow through the pages, as the person signed in would take them.

import assert from "node:assert/strict";

/** A number with the right check character, for someone who does not exist. */
export function idNumber(birth, sequence, area = "371621") {
  const body = `${area}${birth}${sequence}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return body + "10X98765432"[sum % 11];
}

/** The form of one act on the present page. */
function formOf(page, act) {
  return page.locator("main form").filter({ has: page.locator(`input[type=hidden][name=act][value="${act}"]`) });
}

/** Which acts the present page offers. */
export function offered(page) {
  return page.$$eval("main form input[type=hidden][name=act]", (inputs) => inputs.map((input) => input.value));
}

/** Fills the form of one act and sends it; returns what the page then says. */
export async function step(page, path, act, fields = {}) {
  await page.goto(path);
  const form = formOf(page, act);
  assert.equal(await form.count(), 1, `no form for ${act} on ${path}, only ${await offered(page)}`);
  await form.evaluate((element) => {
    for (let outer = element.closest("details"); outer; outer = outer.parentElement?.closest("details")) outer.open = true;
  });
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    assert.ok((await field.count()) > 0, `${act} has no field ${name}, only ${await names(form)}`);
    const first = field.first();
    const kind = await first.evaluate((element) => `${element.tagName} ${element.type ?? ""}`);
    if (kind.startsWith("SELECT")) await first.selectOption(value);
    else if (/checkbox|radio/.test(kind)) await first.check();
    else await first.fill(value);
  }
  const missing = await form.evaluate((element) => [...element.elements].filter((e) => !e.checkValidity()).map((e) => e.name));
  assert.deepEqual(missing, [], `${act} also asks for these`);
  await Promise.all([page.waitForEvent("load"), form.locator("button[type=submit]").first().click()]);
  return page.innerText("main");
}

function names(form) {
  return form.evaluate((element) => [...element.querySelectorAll("[name]")].map((field) => field.name));
}
