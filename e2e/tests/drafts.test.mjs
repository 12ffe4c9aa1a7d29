// A clerk is called away from a half-filled form: the tab is closed, and what was typed is offered again, numbers of
// people excepted. What was sent or thrown away is not.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, readableNumbers, shoot, signIn, visitor } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";
import { idNumber } from "../support/register.mjs";

let demo, browser, first;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  first = await visitor(browser, demo.address);
  await signIn(first, "cunwei");
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const faults = [];

/** The same clerk at another tab; tells what its page complains of. */
async function anotherTab() {
  const page = await first.context().newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (m) => { if (/Content Security Policy/.test(m.text())) faults.push(m.text()); });
  page.on("dialog", (dialog) => dialog.accept());
  return page;
}

test("a household half typed is offered again after the tab was closed, without its numbers", async () => {
  let page = await anotherTab();
  await page.goto("/desk/households/new");
  await page.fill('[name="m1_name"]', "周德山");
  await page.fill('[name="m1_id_no"]', idNumber("19680305", "013"));
  await Promise.all([page.waitForEvent("load"), page.click('button[value="member"]')]);
  await page.fill('[name="m5_name"]', "周小五");
  await page.fill('[name="address"]', "东头第三家");
  await page.getByText(/已自动保存（.*不保存/).waitFor();
  await shoot(page, "draft-kept");
  await page.close({ runBeforeUnload: false });

  page = await anotherTab();
  await page.goto("/desk/households/new");
  const offer = page.locator("[data-draft-offer]");
  await offer.waitFor();
  assert.match(await offer.innerText(), /您上次填到一半/);
  await shoot(page, "draft-offered");
  await offer.getByRole("button", { name: "接着填" }).click();
  assert.equal(await page.inputValue('[name="m1_name"]'), "周德山");
  assert.equal(await page.inputValue('[name="m5_name"]'), "周小五", "as many rows as there were");
  assert.equal(await page.inputValue('[name="address"]'), "东头第三家");
  assert.equal(await page.inputValue('[name="m1_id_no"]'), "", "a number of a person is never kept");
  await page.getByText(/已自动保存/).waitFor();
  await page.reload();
  await offer.waitFor();
  const thrown = page.waitForResponse((answer) => answer.url().endsWith("/desk/drafts") && answer.status() === 204);
  await offer.getByRole("button", { name: "丢弃" }).click();
  await thrown;
  const asked = page.waitForResponse((answer) => answer.url().includes("/desk/drafts?"));
  await page.reload();
  await asked;
  assert.equal(await offer.count(), 0, "thrown away");
  assert.deepEqual(await readableNumbers(page), []);
  await page.close();
});

test("what is sent right after typing is not offered again", async () => {
  const page = await anotherTab();
  await page.goto("/desk/projects/new");
  await page.locator("form[data-draft]").waitFor();
  await page.fill('[name="name"]', "东头机井");
  await page.getByText(/已自动保存（/).waitFor();
  await page.fill('[name="site"]', "东头");
  await page.fill('[name="content"]', "打井一眼，配套电机");
  await page.close();

  const again = await anotherTab();
  await again.goto("/desk/projects/new");
  await again.getByRole("button", { name: "接着填" }).click();
  assert.equal(await again.inputValue('[name="name"]'), "东头机井");
  assert.equal(await again.inputValue('[name="content"]'), "打井一眼，配套电机", "the last words were kept as the tab closed");
  await again.selectOption('[name="region"]', { index: 1 });
  await again.selectOption('[name="mode"]', { index: 1 });
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  for (const [name, value] of [
    ["need", "灌溉缺水，户户盼井"], ["surveyed_on", day(-20)], ["site_note", "村集体空地，不占耕地"], ["source1", "衔接资金"],
    ["amount1", "30000"], ["owner", "石庙镇政府"], ["responsible", "张伟"], ["start", day(90)], ["end", day(150)],
    ["duty", "按期完工，管护到人"],
  ]) await again.fill(`[name="${name}"]`, value);
  await again.selectOption('[name="level1"]', { index: 1 });
  for (const select of await again.locator("form[data-draft] select").all()) {
    if ((await select.inputValue()) === "") await select.selectOption({ index: 1 });
  }
  await Promise.all([again.waitForURL(/\/desk\/projects\/\d+/), again.locator("form[data-draft] button[type=submit]").click()]);
  assert.match(await again.innerText("main"), /项目已登记/);
  const asked = again.waitForResponse((answer) => answer.url().includes("/desk/drafts?"));
  await again.goto("/desk/projects/new");
  await asked;
  assert.equal(await again.locator("[data-draft-offer]").count(), 0);
  assert.deepEqual(faults, []);
});
