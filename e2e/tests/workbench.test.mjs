// Tuning a rule: the sources it stands on, its page, another value tried on frozen data, the difference, a second person's
// approval, and the next run that uses it; and a condition that cannot be run is refused by its line.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PHONE, axeViolations, launch, readableNumbers, shoot, sideScroll, staff } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";
import { send } from "../support/project.mjs";

const RULE = "/desk/rules/A-01";
const TUNED = "/desk/rules/B-16";

let demo, browser, people, change, changed;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  people = await staff(browser, demo.address, ["xianji", "minzheng", "jiwei"]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Reloads until no progress bar is left. */
async function settled(page, seconds = 600) {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    if ((await page.locator("progress").count()) === 0) return;
    await page.waitForTimeout(300);
    await page.reload();
  }
  assert.fail(`still under way after ${seconds} s: ${page.url()}`);
}

/** Nothing readable that should not be, nothing beyond the edge of a phone, nothing axe objects to. */
async function sound(page, name) {
  await shoot(page, name);
  await page.setViewportSize(PHONE);
  assert.deepEqual(await sideScroll(page), [], name);
  await page.setViewportSize({ width: 1366, height: 900 });
  assert.deepEqual(await readableNumbers(page), []);
  assert.deepEqual(await axeViolations(page), []);
}

/** The figures of a tried change, by their titles. */
function tiles(page) {
  return page.$$eval(".tile", (all) =>
    Object.fromEntries(
      all.map((tile) => [tile.querySelector(".tile-title").textContent, Number(tile.querySelector(".tile-value").textContent)]),
    ),
  );
}

test("the county sees how fresh each source is, and the civil affairs bureau reads the whole rule", async () => {
  await people.xianji.goto("/desk/sources");
  const sources = await people.xianji.innerText("main");
  assert.match(sources, /机动车/);
  assert.match(sources, /在周期内|已超期/);
  await sound(people.xianji, "workbench-sources");
  await people.xianji.goto("/desk/sources/vehicles");
  await sound(people.xianji, "workbench-source");
  const page = people.minzheng;
  await page.goto(RULE);
  const text = await page.innerText("main");
  for (const part of ["说明", "属实率", "参数", "低值农用车上限", "可能的例外", "例子", "历次调整", "比对用过的版本"]) {
    assert.ok(text.includes(part), part);
  }
  assert.match(text, /FROM assisted a/);
  await sound(page, "workbench-rule");
});

test("another value is proposed and tried on frozen data: what comes, what goes, what verdicts say", async () => {
  const page = people.minzheng;
  await page.goto(TUNED);
  await page.click('a:has-text("提出参数调整")');
  await page.waitForURL(/\/change$/);
  const said = await send(page, {
    param: "tolerance_fen",
    value: "999,000元",
    from: "2020-01-01",
    basis: "县财政〔2026〕8号",
    reason: "多数误报是年中调标",
  });
  assert.match(said, /已提出/);
  change = new URL(page.url()).pathname;
  await Promise.all([page.waitForEvent("load"), page.click('button:has-text("开始试算")')]);
  await settled(page);
  changed = await tiles(page);
  assert.ok(changed["现行规则"] > 0, JSON.stringify(changed));
  assert.equal(changed["两者都列出"] + changed["新增列出"], changed["调整以后"]);
  assert.ok(changed["不再列出"] > 0, JSON.stringify(changed));
  const rows = page.locator('section.card:has(h2:text-is("不再列出的")) tbody tr');
  assert.equal(await rows.count(), changed["不再列出"]);
  assert.match(await rows.first().innerText(), /\*/, "names are masked");
  assert.equal(await page.locator('input[name="act"][value="approve"]').count(), 0, "who proposes does not approve");
  await sound(page, "workbench-tried");
});

// accept: 000-35, 002-29c
test("a second person approves, and the next run uses the new version", async () => {
  await people.jiwei.goto(change);
  await people.jiwei.check('input[name="act"][value="approve"]');
  await people.jiwei.fill('[name="reason"]', "同意，符合文件");
  await Promise.all([people.jiwei.waitForEvent("load"), people.jiwei.click('form[action$="/decide"] button[type=submit]')]);
  assert.match(await people.jiwei.innerText("main"), /已批准/);

  const page = people.xianji;
  await page.goto("/desk/runs/new");
  await sound(page, "workbench-run-new");
  assert.match(await page.innerText('[name="area"] option:first-child'), /惠民县（全部）/);
  await page.fill('[name="purpose"]', "参数调整后的比对");
  await page.fill('[name="legal_basis"]', "《社会救助暂行办法》第五十八条");
  await Promise.all([page.waitForURL(/\/desk\/runs\/\d+$/), page.click('form[action="/desk/runs/new"] button[type="submit"]')]);
  await settled(page);
  const row = page.locator("main tbody tr", { hasText: "B-16" }).first();
  const cells = (await row.innerText()).split("\t").map((cell) => cell.trim());
  assert.ok(cells.some((cell) => /^2（新版）$/.test(cell)), `version 2 in the run: ${cells}`);

  assert.ok(cells.includes(String(changed["调整以后"])), `as many as the trial said: ${cells}`);
  assert.match(await page.innerText("main"), /疑点由来/);
  await sound(page, "workbench-run");
  await page.click('a:has-text("逐条查看差异")');
  await page.waitForURL(/\/changes/);
  assert.match(await page.innerText("main"), /B-16/);
  await sound(page, "workbench-run-changes");

  await people.minzheng.goto(TUNED);
  const rule = await people.minzheng.innerText("main");
  for (const told of ["999,000.00 元", "本地现用", "第 2 版", "县财政〔2026〕8号", "多数误报是年中调标"]) {
    assert.ok(rule.includes(told), told);
  }
  await sound(people.minzheng, "workbench-rule-history");
  await people.minzheng.goto("/desk/rule-changes");
  await sound(people.minzheng, "workbench-rule-changes");
});

test("another change is tried on the data of an earlier run", async () => {
  const page = people.minzheng;
  await page.goto(RULE);
  await page.click('a:has-text("提出参数调整")');
  const said = await send(page, {
    param: "low_value_fen",
    value: "60000元",
    from: "2020-01-01",
    basis: "县民政〔2026〕9号",
    reason: "农用车价格上涨",
  });
  assert.match(said, /已提出/);
  const earlier = page.locator('select[name="run"] option').nth(1);
  assert.match(await earlier.textContent(), /^第 \d+ 次比对/);
  await page.selectOption('select[name="run"]', await earlier.getAttribute("value"));
  await Promise.all([page.waitForEvent("load"), page.click('button:has-text("开始试算")')]);
  await settled(page);
  assert.match(await page.innerText("main"), /部门数据用那次比对的，登记册用现在的/);
  assert.ok((await tiles(page))["现行规则"] > 0);
  await sound(page, "workbench-tried-earlier");
});

test("the discipline office finds runs and rules where it works, and takes their lists home as narrowed", async () => {
  const page = people.jiwei;
  const layer = () => page.innerText(".bar-layers a[aria-current]");
  const home = async (says) => {
    const waiting = page.waitForEvent("download");
    await page.click('main a[download]:has-text("导出表格")');
    assert.match((await waiting).suggestedFilename(), says);
  };
  await page.goto("/desk");
  const start = await layer();
  await page.click('#menu a:text-is("比对规则")');
  await page.fill('[name="q"]', "财政局");
  await Promise.all([page.waitForURL(/q=/), page.click('main form button:has-text("查询")')]);
  assert.equal(await layer(), start);
  await home(/^比对规则.*\.xlsx$/);
  await page.click('#menu a:text-is("比对运行")');
  assert.equal(await layer(), start);
  await page.click("main tbody a");
  await page.click('a:has-text("逐条查看差异")');
  await page.waitForURL(/\/changes/);
  assert.equal(await layer(), start);
  await home(/与上次的差异\.xlsx$/);
});

test("a condition that would list everybody with everybody is stopped in a trial and changes nothing", async () => {
  const page = people.minzheng;
  await page.goto(`${RULE}/text`);
  const condition = await page.inputValue('[name="condition"]');
  await page.fill('[name="condition"]', condition.replace("WHERE", "CROSS JOIN assisted b CROSS JOIN assisted c CROSS JOIN assisted d\nWHERE"));
  await page.fill('[name="basis"]', "县民政〔2026〕10号");
  await page.fill('[name="reason"]', "看看写漏条件会怎样");
  await Promise.all([page.waitForURL(/\/desk\/rule-changes\/\d+$/), page.click('main button.btn-primary:has-text("提出")')]);
  await Promise.all([page.waitForEvent("load"), page.click('button:has-text("开始试算")')]);
  const until = Date.now() + 200_000;
  while (!/试算已停止/.test(await page.innerText("main")) && Date.now() < until) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  assert.match(await page.innerText("main"), /结果超过.*行.*没有改动任何内容/s);
  assert.equal(await page.locator('button:has-text("开始试算")').count(), 1, "it may be tried again");
  await sound(page, "workbench-stopped");
  await page.check('input[name="act"][value="withdraw"]');
  await page.fill('[name="reason"]', "条件写漏了");
  await Promise.all([page.waitForEvent("load"), page.click('form[action$="/decide"] button[type=submit]')]);
  assert.match(await page.innerText("main"), /已撤回/);
});

test("a condition that cannot be run is refused by its line; one that can is shown before and after", async () => {
  const page = people.minzheng;
  await page.goto(RULE);
  await page.click('a:has-text("提出条件或说明的调整")');
  await page.waitForURL(/\/text$/);
  const condition = await page.inputValue('[name="condition"]');
  const lines = condition.split("\n").length;
  const press = (name) => Promise.all([page.waitForEvent("load"), page.click(`button:has-text("${name}")`)]);
  for (const [more, says] of [
    ["\n  AND )", /写法有误/],
    ["\n  AND a.person_key IN (SELECT person_key FROM tax)", /没有“tax”这张表/],
    ["\n  AND v.colour = 'red'", /没有“v.colour”这一列/],
    ["\n  AND FALSE", /例子“享受期间名下有轿车”：应列为疑点，实际没有列出/],
  ]) {
    await page.fill('[name="condition"]', condition + more);
    await press("检查");
    const said = await page.innerText("[role=alert]");
    assert.match(said, says);
    if (!/例子/.test(said)) assert.ok(said.includes(`第 ${lines + 1} 行`), said);
    assert.equal(await page.inputValue('[name="condition"]'), condition + more, "what was typed stays");
  }
  await sound(page, "workbench-text");
  await page.fill('[name="condition"]', `${condition}\n  AND v.value > 100`);
  await page.fill('[name="basis"]', "县民政〔2026〕8号");
  await page.fill('[name="reason"]', "价值登记为零的是报废车");
  await press("检查");
  assert.match(await page.innerText("[role=status]"), /检查通过/);
  await Promise.all([page.waitForURL(/\/desk\/rule-changes\/\d+$/), page.click('main button.btn-primary:has-text("提出")')]);
  assert.match(await page.innerText("pre.diff"), /＋ {2}AND v\.value > 100/);
  await Promise.all([page.waitForEvent("load"), page.click('button:has-text("开始试算")')]);
  await settled(page);
  assert.ok((await tiles(page))["现行规则"] > 0);
  await sound(page, "workbench-text-tried");
  for (const person of Object.values(people)) assert.deepEqual(person.faults, []);
});
