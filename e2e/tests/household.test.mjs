// A household is identified, from the application to the register, by the people whose part each step is. The papers
// are entered after the meetings were held, as villages do, so every step carries its own earlier day.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, readableNumbers, shoot, staff } from "../support/browser.mjs";
import { daysAgo } from "../support/days.mjs";
import { startDemo } from "../support/demo.mjs";
import { idNumber, offered, step } from "../support/register.mjs";

let demo, browser, people, household;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  people = await staff(browser, demo.address, ["cunwei", "zhucun", "fupin", "minzheng", "jianwei"]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("a clerk registers a household of four with two incomes on one page, in 14 fields and one click", async () => {
  const page = people.cunwei;
  let entries = 0;
  const fill = async (name, value) => {
    await page.fill(`[name="${name}"]`, value);
    entries += 1;
  };
  await page.goto("/desk/households/new");
  await page.selectOption('[name="region"]', { index: 1 });
  await page.selectOption('[name="cause"]', "因病");
  entries += 2;
  await fill("applied_on", daysAgo(70));
  const members = [["周德山", "19680305", "013"], ["吴秀兰", "19700611", "024"], ["周明", "19950115", "031"], ["周小燕", "20000820", "042"]];
  for (const [at, [name, birth, sequence]] of members.entries()) {
    await fill(`m${at + 1}_name`, name);
    await fill(`m${at + 1}_id_no`, idNumber(birth, sequence));
  }
  await fill("i1_gross", "2600");
  await fill("i2_gross", "8000");
  await Promise.all([page.waitForEvent("load"), page.click('button[value="submit"]')]);
  assert.match(await page.innerText("main"), /成本/, "planting without its cost is asked for");
  assert.equal(await page.inputValue('[name="m3_name"]'), "周明", "nothing that was typed is lost");
  await fill("i2_cost", "2600");
  await Promise.all([page.waitForURL(/\/desk\/households\/\d+/), page.click('button[value="submit"]')]);
  household = new URL(page.url()).pathname;
  assert.match(await page.innerText("main"), /申请已登记/);
  assert.equal(entries, 14, "fields filled or chosen; the second click is for the cost left out on purpose");
  assert.deepEqual(await readableNumbers(page), []);
  await shoot(page, "household-registered");
});

test("the steps are taken by those whose part they are, and by nobody else", async () => {
  const flow = `${household}?tab=flow`;
  await people.jianwei.goto(flow);
  assert.deepEqual(await offered(people.jianwei), [], "the supervision committee looks on");
  const clerk = people.cunwei;
  await clerk.goto(flow);
  const signing = clerk.locator('main form:has(input[name="what"][value="authorise"])');
  for (const box of await signing.locator("input[type=checkbox]").all()) await box.check();
  await signing.locator('[name="on"]').fill(daysAgo(69));
  await Promise.all([clerk.waitForEvent("load"), signing.locator("button[type=submit]").click()]);

  const alone = await step(people.zhucun, flow, "survey", { people: "高明远", on: daysAgo(66) });
  assert.match(alone, /两/, "one person alone surveys no home");
  assert.match(await step(people.zhucun, flow, "survey", { people: "高明远、李学军", on: daysAgo(66) }), /已入户核查/);
  assert.match(
    await step(clerk, flow, "group_review", { due: "30", present: "24", agree: "22", against: "1", abstain: "1", basis: "评议会议纪要", on: daysAgo(60) }),
    /已民主评议/,
  );
  assert.match(await step(people.zhucun, flow, "village_review", { on: daysAgo(55) }), /村级已评议/);
  assert.match(await step(people.fupin, flow, "compare", { on: daysAgo(50) }), /已比对/);
  assert.match(await step(clerk, flow, "post_notice_1", { on: daysAgo(48) }), /第一次公示中/);
  const early = await step(people.fupin, flow, "town_review", { basis: "镇级审核意见", on: daysAgo(45) });
  assert.match(early, new RegExp(`民主评议[\\s\\S]*${daysAgo(60)}`), "each step stands under its own day");
  assert.match(early, /须满 7 天/, "a notice of three days is no notice, however late it is typed in");
  await shoot(people.fupin, "household-notice-too-short");
});

test("after two notices and the announcement the household stands on the register, with every step in its history", async () => {
  const flow = `${household}?tab=flow`;
  const reviewed = await step(people.fupin, flow, "town_review", { basis: "镇级审核意见", on: daysAgo(40) });
  assert.match(reviewed, /镇级已审核/);
  assert.match(await step(people.cunwei, flow, "post_notice_2", { on: daysAgo(38) }), /第二次公示中/);
  assert.match(await step(people.minzheng, flow, "county_approve", { basis: "县级审批文件", on: daysAgo(28) }), /县级已审批/);
  assert.match(await step(people.minzheng, flow, "announce", { basis: "公告", on: daysAgo(26) }), /已公告/);
  assert.match(await step(people.fupin, flow, "register", { on: daysAgo(25) }), /已建档/);
  await shoot(people.fupin, "household-on-the-register");

  const page = people.fupin;
  await page.goto(`${household}?tab=history`);
  const history = await page.innerText("main");
  for (const word of ["入户核查", "民主评议", "公告", "建档"]) assert.match(history, new RegExp(word));
  await page.goto(`${household}/card`);
  assert.match(await page.innerText("body"), /周德山/);
  assert.deepEqual(await readableNumbers(page), []);
  await shoot(page, "household-card");
  assert.deepEqual(Object.values(people).flatMap((one) => one.faults), []);
});
