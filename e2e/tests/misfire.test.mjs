// A rule that misfires: fifty verdicts entered on the spot, hardly one bears the rule out. The pages say how sure that share
// is, warn that the rule bothers people for nothing, and ask its keeper to tune it (J-09).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PHONE, axeViolations, launch, readableNumbers, shoot, sideScroll, staff } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";
import { act } from "../support/finding.mjs";

const RULE = "B-18";
const VERDICTS = 50;
const BORNE_OUT = 2;
const TEAM = "郭振华、档案员";

let demo, browser, people;

before(async () => {
  demo = await startDemo({ published: "fuyuan" });
  browser = await launch();
  people = await staff(browser, demo.address, ["zhujian", "zhujian2", "jiwei"]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Cells of the rule's line in a table, by the words of the heads. */
async function line(page, table, name) {
  const heads = await page.locator(`[aria-label="${table}"] thead th`).allInnerTexts();
  const cells = await page.locator(`[aria-label="${table}"] tbody tr`, { hasText: name }).first().locator("td").allInnerTexts();
  return Object.fromEntries(heads.map((head, at) => [head, cells[at]]));
}

async function sound(page, name) {
  await shoot(page, name);
  assert.deepEqual(await readableNumbers(page), []);
  assert.deepEqual(await axeViolations(page), []);
  await page.setViewportSize(PHONE);
  assert.deepEqual(await sideScroll(page), [], name);
  await page.setViewportSize({ width: 1366, height: 900 });
}

/** Verdicts on the first findings of the rule that wait for one, so many of them true. */
async function judge(page, count, borneOut) {
  await page.goto(`/desk/warnings?rule=${RULE}`);
  const links = await page.$$eval("main tbody tr td:first-child a", (all) => all.map((a) => a.getAttribute("href")));
  let judged = 0;
  for (const href of links) {
    if (judged === count) return;
    await page.goto(href);
    if ((await page.locator('form[data-act="acknowledge"]').count()) === 0) continue;
    await act(page, "acknowledge");
    await act(page, "start_verification", { team: TEAM });
    const verdict = judged < borneOut ? { verdict: "true", confirmed: "100" } : { verdict: "false" };
    await act(page, "verify", { team: TEAM, ...verdict, evidence: "查阅改造档案并入户核对。" });
    judged += 1;
  }
  assert.equal(judged, count, `${links.length} findings`);
}

test("forty-nine verdicts show the share with its interval and no alarm yet; the fiftieth raises it", async () => {
  const page = people.zhujian;
  await judge(page, VERDICTS - 1, BORNE_OUT);
  await page.goto(`/desk/rules/${RULE}`);
  let judged = await line(page, "属实率", "全部");
  assert.equal(judged["属实"], String(BORNE_OUT));
  assert.equal(judged["属实率"], "4.08%");
  assert.match(judged["95% 区间"], /^\d+\.\d\d% 至 \d+\.\d\d%$/);
  assert.doesNotMatch(await page.innerText("main"), /这条规则失准/);

  await judge(page, 1, 0);
  await page.goto(`/desk/rules/${RULE}`);
  judged = await line(page, "属实率", "全部");
  assert.equal(judged["属实率"], "4.00%");
  const [low, high] = judged["95% 区间"].match(/\d+\.\d\d/g).map(Number);
  assert.ok(low < 4 && high > 4 && high < 20, `the whole interval lies below a fifth: ${judged["95% 区间"]}`);
  assert.match(await page.innerText("main"), /这条规则失准.*调整/);
  await sound(page, "misfire-rule");
});

test("the discipline office reads it among all rules, and its keeper is asked to tune it", async () => {
  const officer = people.jiwei;
  await officer.goto("/desk/warnings/results");
  const told = await line(officer, "各规则属实率", RULE);
  assert.match(told["预警规则"], /规则失准/);
  assert.deepEqual([told["已有结论"], told["属实"], told["不属实"]], [String(VERDICTS), String(BORNE_OUT), String(VERDICTS - BORNE_OUT)]);
  await sound(officer, "misfire-results");

  const keeper = people.zhujian2;
  await keeper.goto("/desk/warnings?rule=J-09");
  const row = await keeper.innerText("main tbody tr");
  assert.match(row, /规则失准/);
  assert.match(row, /蓝/);
  await Promise.all([keeper.waitForURL(/\/desk\/warnings\/-?\d+$/), keeper.click("main tbody tr td a")]);
  const asked = await keeper.innerText("main");
  assert.match(asked, /50 条核查结论，属实 2 条（4\.00%/);
  await sound(keeper, "misfire-finding");
  await Promise.all([keeper.waitForURL(new RegExp(`/desk/rules/${RULE}$`)), keeper.click(`main a[href="/desk/rules/${RULE}"]`)]);
  assert.ok((await keeper.locator('a:has-text("提出条件或说明的调整")').count()) === 1, "who keeps it may propose a change at once");
  for (const person of Object.values(people)) assert.deepEqual(person.faults, []);
});
