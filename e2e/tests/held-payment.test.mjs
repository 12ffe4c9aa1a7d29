// Before the money moves: a department submits a batch, the rows about which the departments' data ask a question wait,
// the rest is paid; a named person lets one row go and confirms that another stays.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, readableNumbers, shoot, sideScroll, staff } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";

let demo, browser, people, batch, released;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  people = await staff(browser, demo.address, ["minzheng", "caizheng", "cunwei"]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Sends the form whose action ends so, with these fields; returns what the page then says. */
async function send(page, path, ending, fields = {}) {
  await page.goto(path);
  const form = page.locator(`main form[action*="${ending}"]`).first();
  assert.equal(await form.count(), 1, `no form for ${ending} on ${path}`);
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
  await Promise.all([page.waitForEvent("load"), form.locator("button[type=submit]").first().click()]);
  return page.innerText("main");
}

/** The rows that may be decided, as the form offers them. */
function heldRows(page) {
  return page.$$eval('main select[name="hold_payment"] option', (options) =>
    options.map((option) => ({ id: option.value, text: option.textContent })).filter((option) => option.id),
  );
}

test("a department submits a batch: rows in doubt wait with their reasons, the rest can go", async () => {
  const page = people.minzheng;
  await page.goto("/desk/batches?state=dept_approved");
  batch = await page.getAttribute('main table a[href^="/desk/batches/"]', "href");
  const said = await send(page, batch, "/compare");
  assert.match(said, /已比对，\d+ 行待核实暂缓/);
  assert.match(said, /行因疑点暂缓发放，其余的可以先发/);
  assert.match(said, /到期没有人决定的自动解除/);
  assert.match(said, /部门数据、\d+ 条规则/);
  assert.ok((await heldRows(page)).length >= 2, "the demo holds at least two rows");
  assert.deepEqual(await readableNumbers(page), []);
  assert.deepEqual(await sideScroll(page), []);
  await shoot(page, "held-payment");
});

test("the department reads both records behind a question, figures only with a purpose", async () => {
  const page = people.minzheng;
  await page.goto(batch);
  const question = await page.getAttribute('main a[href*="/holds/"]', "href");
  await page.goto(question);
  const said = await page.innerText("main");
  assert.match(said, /发放记录/);
  assert.match(said, /快照 [0-9a-f]{12}/);
  await shoot(page, "held-payment-evidence");
  const treasury = people.caizheng;
  await treasury.goto(question);
  assert.match(await treasury.innerText("main"), /您的岗位只看是否需要核实/);
});

test("a named person lets one row go and confirms another; the clerk who made the list may not", async () => {
  const page = people.minzheng;
  await page.goto(batch);
  const [first, second] = await heldRows(page);
  released = first;
  const refused = await send(page, batch, "/hold", { hold_payment: first.id, hold_decision: "release", hold_reason: "好" });
  assert.match(refused, /请写明理由/);
  const let_go = await send(page, batch, "/hold", {
    hold_payment: first.id,
    hold_decision: "release",
    hold_reason: "入户核实，登记的房产已在析产时过户",
  });
  assert.match(let_go, /已放行/);
  const confirmed = await send(page, batch, "/hold", {
    hold_payment: second.id,
    hold_decision: "confirm",
    hold_reason: "本人承认，待民政会商后处理",
  });
  assert.match(confirmed, /确认暂缓/);
  assert.match(confirmed, /入户核实，登记的房产已在析产时过户/);
  const village = people.cunwei;
  await village.goto(batch);
  assert.equal(await village.locator('main form[action$="/hold"]').count(), 0, "the village made the list");
});

test("the treasury pays the rest; the confirmed row stays where it is", async () => {
  const page = people.caizheng;
  await send(page, batch, "/pass");
  assert.match(await send(page, batch, "/send"), /已办理/);
  const waiting = page.waitForEvent("download");
  await page.click(`main a[href="${batch}/bank.csv"], a[href="${batch}/bank.csv"]`);
  const file = await waiting;
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  const text = new TextDecoder("gb18030").decode(Buffer.concat(chunks));
  const sent = text.trim().split(/\r?\n/).slice(1);
  const answer = ["序号,账号尾号,户名,金额,结果,原因", ...sent.map((line) => `${line.split(",").slice(0, 4).join(",")},成功,`)];
  await page.goto(batch);
  const form = page.locator('main form[action*="/bank-result"]');
  await form.locator('input[type="file"]').setInputFiles({
    name: "回盘.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`${answer.join("\r\n")}\r\n`),
  });
  await Promise.all([page.waitForEvent("load"), form.locator("button[type=submit]").click()]);
  assert.match(await page.innerText("main"), new RegExp(`到账 ${sent.length} 笔`));
  await page.goto(`${batch}?rows=paid`);
  assert.match(await page.innerText("main"), new RegExp(released.text.split(/\s+/)[2] ?? "."), "the row let go was paid");
  await page.goto(`${batch}?rows=held`);
  assert.match(await page.innerText("main"), /确认暂缓/);
  await shoot(page, "held-payment-paid");
  for (const person of Object.values(people)) assert.deepEqual(person.faults, []);
});
