// The kin graph as a discipline officer meets it: a purpose first, the relation in words, the drawing by keyboard, the
// same as a table, the next person; and on the record afterwards.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PHONE, axeViolations, launch, readableNumbers, shoot, sideScroll, signIn, visitor } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Fills in why, and looks. */
async function look(page) {
  await page.selectOption('select[name="purpose"]', "verify");
  await page.fill('textarea[name="words"]', "核实村内疑点情况");
  await Promise.all([page.waitForEvent("load"), page.click('main button:has-text("记录用途并查看")')]);
  await page.waitForSelector(".kin-drawing:visible");
}

test("an officer sees who is related to a cadre, drawn and listed, after saying why", async () => {
  const page = await visitor(browser, demo.address);
  await signIn(page, "jiwei");
  await page.goto("/desk/kin?state=kin");
  await page.click("main tbody tr:first-child a");
  assert.equal(await page.locator(".kin-drawing").count(), 0, "nothing is shown before the purpose");
  await look(page);
  const boxes = await page.locator(".kin-node:visible").count();
  assert.ok(boxes > 1, "the cadre and at least one relative are drawn");
  assert.ok((await page.locator(".kin-drawing:visible").evaluate((svg) => svg.getBoundingClientRect().width)) <= 1080, "it fits a desk's screen");
  // By keyboard: a box is a link to the row that says the same.
  await page.locator(".kin-node:visible").nth(1).focus();
  await page.keyboard.press("Enter");
  const row = page.locator("#kin-table tr:target");
  assert.equal(await row.count(), 1);
  assert.match(await row.innerText(), /干部近亲属申报/);
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(await readableNumbers(page), []);
  await shoot(page, "kin-cadre");

  await page.selectOption('select[name="only"]', "near");
  await Promise.all([page.waitForEvent("load"), page.click('button:has-text("重新画图")')]);
  assert.ok((await page.locator(".kin-node:visible").count()) <= boxes);

  // On to a relative: a look of its own, and now the sentence names the cadre.
  const next = page.locator('#kin-table button:has-text("以此人为中心")');
  if ((await next.count()) > 0) {
    await Promise.all([page.waitForEvent("load"), next.first().click()]);
    await page.waitForSelector(".kin-drawing:visible");
    assert.match(await page.locator("main").innerText(), /是.*的/);
    await shoot(page, "kin-relative");
  }
  assert.deepEqual(page.faults, []);
});

test("the pages fit a phone, and a village sees none of them", async () => {
  const page = await visitor(browser, demo.address, PHONE);
  await signIn(page, "jiwei");
  for (const path of ["/desk/kin", "/desk/kin/search?name=王"]) {
    await page.goto(path);
    assert.deepEqual(await sideScroll(page), [], path);
  }
  await page.goto("/desk/kin?state=kin");
  await page.click("main tbody tr:first-child a");
  await look(page);
  assert.deepEqual(await sideScroll(page), []);
  // The drawing of a phone: one person a line, nothing to push aside, a tap leads to the row.
  const frame = page.locator(".kin-frame:visible");
  assert.equal(await frame.count(), 1);
  assert.ok(await frame.evaluate((box) => box.scrollWidth <= box.clientWidth), "the whole drawing is seen");
  await page.locator(".kin-node:visible").nth(1).click();
  assert.equal(await page.locator("#kin-table tr:target").count(), 1);
  assert.deepEqual(await axeViolations(page), []);
  await shoot(page, "kin-phone");
  const village = await visitor(browser, demo.address);
  await signIn(village, "cunwei");
  assert.equal((await village.goto("/desk/kin")).status(), 403);
});
