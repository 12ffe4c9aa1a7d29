// A row nobody can place: someone compares it with the person it may be about, says what they are, and takes it back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PHONE, launch, readableNumbers, shoot, sideScroll, signIn, visitor } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";

let demo, browser, page;

before(async () => {
  demo = await startDemo({ scale: "town" });
  browser = await launch();
  page = await visitor(browser, demo.address);
  page.on("dialog", (dialog) => dialog.accept());
  await signIn(page, "jiwei");
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

let asked;

test("the list names rows that wait, and a row stands beside the person it may be about", async () => {
  await page.goto("/desk/identities?state=open&all=1");
  const first = page.locator('main tbody a[href^="/desk/identities/"]').first();
  assert.ok(await first.count(), "the town has rows in doubt");
  asked = await first.getAttribute("href");
  await page.goto(asked);
  const said = await page.innerText("main");
  for (const words of ["部门记录", "登记册中的人", "证件号码", "出生日期", "您的判断"]) assert.ok(said.includes(words), words);
  assert.deepEqual(await readableNumbers(page), []);
  await shoot(page, "identity");
});

test("an answer needs a reason, is given by keyboard alone, and is taken back with a reason", async () => {
  await page.goto(asked);
  await page.focus('input[name="said"][value="cannot_tell"]');
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.type("电话没有打通，改日上门");
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.match(await page.innerText("main"), /已核对 \d+ 条，共 \d+ 条/);
  assert.match(await page.innerText("main"), /刚才记下[\s\S]*无法判断[\s\S]*撤回这个判断/, "the next one stands ready, and the last answer can be taken back");
  await page.goto(asked);
  assert.match(await page.innerText("main"), /无法判断[\s\S]*电话没有打通，改日上门/);
  const back = page.locator('main form[action$="/return"]:has([name="reason"]:not([type="hidden"]))');
  await back.locator('[name="reason"]').fill("已联系上本人");
  await Promise.all([page.waitForEvent("load"), back.locator("button").click()]);
  assert.match(await page.innerText("main"), /退回重新核对/);
});

test("an answer given by mistake is taken back with one button from wherever one is", async () => {
  await page.goto(asked);
  await page.check('input[name="said"][value="not_same"]');
  await page.fill('main form[action$="/answer"] [name="reason"]', "上门看过，不是他的");
  await Promise.all([page.waitForEvent("load"), page.click('main form[action$="/answer"] button')]);
  await page.goto("/desk/identities?state=open&all=1");
  await Promise.all([page.waitForEvent("load"), page.click('button:has-text("撤回这个判断")')]);
  const said = await page.innerText("main");
  assert.match(said, /待核对[\s\S]*退回重新核对[\s\S]*本人撤回/);
  assert.doesNotMatch(said, /刚才记下/);
});

test("the list of questions has numbers under another's name apart, in calm words", async () => {
  await page.goto("/desk/warnings?rule=K-11");
  const said = await page.innerText("main");
  assert.match(said, /证件号码/);
  assert.doesNotMatch(said, /冒用|违规|骗取/);
});

test("where nothing waits the page says so and what comes next", async () => {
  await page.goto("/desk/identities?state=open&q=无此人");
  assert.match(await page.innerText("main"), /没有符合条件的记录[\s\S]*重置/);
  await shoot(page, "identity-empty");
});

test("the comparison's pages say what became of every row, and fit a phone", async () => {
  const phone = await visitor(browser, demo.address, PHONE);
  await signIn(phone, "jiwei");
  for (const path of ["/desk/identities?all=1", "/desk/identities?q=无此人", asked, "/desk/runs"]) {
    await phone.goto(path);
    assert.deepEqual(await sideScroll(phone), [], path);
  }
  await phone.goto("/desk/runs");
  await phone.click('main tbody a[href^="/desk/runs/"]');
  assert.match(await phone.innerText("main"), /每一行是谁的记录/);
});
