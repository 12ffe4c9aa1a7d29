// A published case as a discipline officer meets it: one cadre, nine relatives, thirty-three payments. One finding tells them
// all with the record behind each; the graph draws the same people and lists them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PHONE, axeViolations, launch, readableNumbers, shoot, sideScroll, signIn, visitor } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";

let demo, browser;

before(async () => {
  demo = await startDemo({ published: "jiawang" });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** From the list of findings to the one about the cadre. */
async function openFinding(page) {
  await signIn(page, "jiwei");
  await page.goto("/desk/warnings?rule=C-03");
  assert.equal(await page.locator("main tbody tr").count(), 1, "nine relatives are one question");
  const line = await page.innerText("main tbody tr");
  assert.match(line, /红/);
  assert.match(line, /陈守田/);
  assert.match(line, /72,300\.00/);
  await Promise.all([page.waitForURL(/\/desk\/warnings\/\d+$/), page.click("main tbody tr td a")]);
}

/** From the list of cadres to the drawing, after saying why. */
async function openGraph(page) {
  await page.goto("/desk/kin?name=陈守田");
  await page.click("main tbody tr:first-child a");
  await page.selectOption('select[name="purpose"]', "verify");
  await page.fill('textarea[name="words"]', "核实预警中的亲属关系");
  await Promise.all([page.waitForEvent("load"), page.click('main button:has-text("记录用途并查看")')]);
  await page.waitForSelector(".kin-drawing:visible");
}

// accept: 003-43
test("one red finding names the nine relatives, what each is to the cadre, what each drew and by which record", async () => {
  const page = await visitor(browser, demo.address);
  await openFinding(page);
  const question = await page.innerText(".finding-question");
  assert.match(question, /9人.*33笔，共72,300\.00元.*请核实？/);
  const relatives = await page.locator('[aria-label="与干部的亲属关系"] tbody tr').allInnerTexts();
  assert.equal(relatives.length, 9);
  assert.equal(await page.locator('[aria-label="干部近亲属申报"] tbody tr').count(), 9, "nine declarations are nine lines");
  const payments = relatives.map((text) => Number(text.match(/领取专项补贴 (\d+) 笔/)[1]));
  assert.equal(payments.reduce((a, b) => a + b), 33);
  for (const text of relatives) assert.match(text, /是党支部书记陈守田的.+干部近亲属申报/s);
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(await readableNumbers(page), []);
  await shoot(page, "case-jiawang-finding");
  assert.deepEqual(page.faults, []);
});

test("the graph draws the cadre and his relatives, and its table says the same", async () => {
  const page = await visitor(browser, demo.address);
  await signIn(page, "jiwei");
  await openGraph(page);
  assert.equal(await page.locator(".kin-node:visible").count(), 13, "the cadre and the twelve he declared");
  await page.selectOption('select[name="only"]', "assisted");
  await Promise.all([page.waitForEvent("load"), page.click('button:has-text("重新画图")')]);
  await page.waitForSelector(".kin-drawing:visible");
  assert.equal(await page.locator(".kin-node:visible").count(), 10, "the cadre and the nine who draw targeted benefits");
  const listed = await page.locator("#kin-table tbody tr").allInnerTexts();
  assert.equal(listed.length, 9);
  assert.ok(listed.some((text) => text.includes("吴广才") && text.includes("岳父")), listed.join("\n"));
  assert.deepEqual(await axeViolations(page), []);
  await shoot(page, "case-jiawang-graph");
  assert.deepEqual(page.faults, []);
});

test("both pages fit a phone", async () => {
  const page = await visitor(browser, demo.address, PHONE);
  await openFinding(page);
  assert.deepEqual(await sideScroll(page), []);
  await shoot(page, "case-jiawang-finding-phone");
  await openGraph(page);
  assert.deepEqual(await sideScroll(page), []);
  await shoot(page, "case-jiawang-graph-phone");
});
