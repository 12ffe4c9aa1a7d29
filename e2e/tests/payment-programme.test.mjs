// A programme is paid to a thousand households: the list comes as a spreadsheet with bad rows, different people check,
// publish, approve and pay it, the bank sends some items back, they are issued again, the result is disclosed. Then one
// payment is followed: from the household's page to its source, and from the source to that household.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axeViolations, launch, readableNumbers, shoot, sideScroll, staff } from "../support/browser.mjs";
import { daysAgo } from "../support/days.mjs";
import { startDemo } from "../support/demo.mjs";
import { register } from "../support/files.mjs";
import { idNumber } from "../support/register.mjs";
import { workbook } from "../support/xlsx.mjs";

const PROGRAMME = "HN14";
const YUAN = 1500;
const HOUSEHOLDS = 1000;

let demo, browser, people, document_, batch, month, payees, followed, trace;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  people = await staff(browser, demo.address, ["cunwei", "fupin", "minzheng", "caizheng", "jianwei"]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** A card number with a right check digit. */
function card(n) {
  const body = `62170000${String(n).padStart(10, "0")}`;
  const sum = [...body].reverse().reduce((total, digit, at) => {
    const twice = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}

/** Fills the form of one act on a page and sends it; returns what the page then says. */
async function act(page, path, action, fields = {}) {
  await page.goto(path);
  const form = page.locator(`main form[action="${action}"], main form[action^="${action}?"]`);
  assert.equal(await form.count(), 1, `no form ${action} on ${path}`);
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    const kind = await field.evaluate((element) => element.tagName);
    if (kind === "SELECT") await field.selectOption(value);
    else if (value?.buffer) await field.setInputFiles(value);
    else await field.fill(value);
  }
  await Promise.all([page.waitForEvent("load"), form.locator("button[type=submit]").click()]);
  return page.innerText("main");
}

/** A step of the batch. */
const step = (who, word, fields = {}) => act(people[who], batch, `${batch}/${word}`, fields);

test("the treasury registers the money and the department's share is decided by another", async () => {
  const finance = people.caizheng;
  await act(finance, "/desk/funds/indicators/new", "/desk/funds/indicators", {
    programme: PROGRAMME, doc_no: "鲁财社指〔2026〕88号", level: "省", amount: "1600000", arrived_on: daysAgo(40),
    fund_class: "3", family: "涉农", origin: "fiscal",
  });
  document_ = new URL(finance.url()).pathname;
  assert.match(document_, /\/desk\/funds\/indicators\/-?\d+/);
  const region = await people.minzheng.goto(document_).then(() => people.minzheng.$eval('[name="plan_region"]', (s) => s.options[0].value));
  await act(people.minzheng, document_, `${document_}/allocations`, {
    plan_target: "households", plan_region: region, plan_amount: "1600000", plan_doc: "冬春救助资金分配方案",
  });
  const share = new URL(people.minzheng.url()).pathname;
  const decided = await act(finance, share, `${share}/decide`, { decide_on: daysAgo(30), decide_basis: "县政府常务会议纪要" });
  assert.match(decided, /已分配|待拨|1,600,000\.00/);
});

test("a spreadsheet with bad rows is looked at first, then listed without them", async () => {
  const living = register(demo, "people").filter((p) => !p.death_date);
  const village = living[0].region;
  const households = new Map();
  for (const person of living) if (!households.has(person.household_no)) households.set(person.household_no, person);
  payees = [...households.values()].map((p) => ({ id: p.id_no, name: p.name, region: p.region }));
  let neighbours = 0;
  const neighbour = () => {
    const sequence = String(neighbours++).padStart(3, "0");
    return { id: idNumber("19620405", sequence), name: `邻村户${"甲乙丙丁戊己庚辛壬癸"[neighbours % 10]}`, region: village };
  };
  while (payees.length < HOUSEHOLDS) payees.push(neighbour());
  payees = payees.slice(0, HOUSEHOLDS);
  const bad = [
    [1001, "张三", "11010519491231002Y", 1, YUAN, card(2001), "张三", village],
    [1002, "李四", idNumber("19700101", "901"), 1, YUAN + 0.5, card(2002), "李四", village],
    [1003, "王五", idNumber("19700101", "902"), 1, YUAN, "6217", "王五", village],
    [1004, payees[0].name, payees[0].id, 1, YUAN, card(0), payees[0].name, ""],
  ];
  const list = () => ({
    name: "名册.xlsx",
    mimeType: "application/octet-stream",
    buffer: workbook([
      ["冬春临时救助发放名册"],
      ["编号", "户主姓名", "公民身份号码", "数量", "补贴金额（元）", "一卡通账号", "开户名", "区划代码"],
      ...payees.map((p, n) => [n + 1, p.name, p.id, 1, YUAN, card(n), p.name, p.region]),
      ...bad,
      ["合计", "", "", "", (HOUSEHOLDS + bad.length) * YUAN],
    ]),
  });
  const clerk = people.cunwei;
  const next = new Date(Date.now() + 8 * 3_600_000);
  next.setUTCDate(1);
  next.setUTCMonth(next.getUTCMonth() + 1);
  month = next.toISOString().slice(0, 7);
  const look = () => act(clerk, "/desk/batches/new", "/desk/batches/upload", {
    list_programme: PROGRAMME, list_month: month, list_mode: "dry_run", file: list(),
  });
  // Households that were removed from the register are named; the clerk takes them off the list.
  const first = await look();
  const removed = await clerk.$$eval("tbody tr", (lines) =>
    lines.filter((line) => line.innerText.includes("已清退")).map((line) => Number(line.cells[0].innerText)),
  );
  assert.ok(removed.length > 0 && /所在户已清退/.test(first), "a removed household is not paid");
  for (const line of removed) payees[line - 3] = neighbour();
  const looked = await look();
  assert.match(looked, /可造册 1000 笔，1,500,000\.00 元；有误 4 行/, looked.slice(looked.lastIndexOf("有误的行")));
  for (const line of ["1003", "1004", "1005", "1006"]) assert.match(looked, new RegExp(`\\b${line}\\b`), `row ${line} is named`);
  assert.deepEqual(await readableNumbers(clerk), []);
  await shoot(clerk, "payment-list-looked-at");
  await act(clerk, "/desk/batches/new", "/desk/batches/upload", {
    list_programme: PROGRAMME, list_month: month, list_mode: "keep_good", file: list(),
  });
  batch = new URL(clerk.url()).pathname;
  assert.match(batch, /\/desk\/batches\/-?\d+/);
  assert.match(await clerk.innerText("main"), /已造册 1000 笔/);
});

test("check, notice, approval, comparison and audit are taken by different people in their order", async () => {
  await people.cunwei.goto(batch);
  assert.equal(await people.cunwei.locator(`main form[action="${batch}/check"]`).count(), 0, "who lists does not check");
  assert.match(await step("fupin", "check", { check_on: daysAgo(28) }), /已办理：村镇核实/);
  assert.match(await step("cunwei", "publish", { publish_on: daysAgo(26) }), /已办理：张榜公示/);
  assert.match(await step("minzheng", "approve", { approve_on: daysAgo(24) }), /公示须满 7 个工作日/, "two days are no notice");
  assert.match(await step("minzheng", "approve", { approve_on: daysAgo(6) }), /已办理：部门审批/);
  assert.match(await step("minzheng", "compare", { compare_on: daysAgo(5) }), /已办理：发放前比对/);
  assert.match(await step("caizheng", "pass", { pass_on: daysAgo(4) }), /已办理：财政审核/);
  assert.match(await step("caizheng", "send", { send_on: daysAgo(3) }), /已办理：送银行/);
  await shoot(people.caizheng, "payment-batch-sent");
});

/** The bank's file of what is on its way, as rows of cells. */
async function bankFile() {
  const response = await people.caizheng.request.get(`${batch}/bank.csv`);
  assert.equal(response.status(), 200);
  const text = new TextDecoder("gb18030").decode(await response.body());
  return text.trim().split(/\r?\n/).slice(1).map((line) => line.split(","));
}

function answer(rows, fails) {
  const head = ["序号", "账号尾号", "户名", "金额", "结果", "原因"];
  const lines = rows.map(([no, tail, name, yuan], n) => [Number(no), tail, name, Number(yuan), fails(n) ? "失败" : "成功", fails(n) ? "账户已销户" : ""]);
  return { name: "回盘.xlsx", mimeType: "application/octet-stream", buffer: workbook([head, ...lines]) };
}

test("the bank sends items back, one gets another account, all are issued again and the batch is disclosed", async () => {
  const sent = await bankFile();
  const finance = people.caizheng;
  // Rows about which the comparison asked wait for a person; the others are paid meanwhile.
  await finance.goto(`${batch}?rows=held`);
  const held = Number((await finance.innerText("main")).match(/暂缓发放（(\d+)）/)?.[1] ?? 0);
  assert.equal(sent.length + held, HOUSEHOLDS);
  assert.ok(held < HOUSEHOLDS / 5, `${held} held`);
  const wrong = sent.map((row, n) => (n === 3 ? [row[0], row[1], row[2], "1.00"] : row));
  assert.match(await act(finance, batch, `${batch}/bank-result`, { result_on: daysAgo(2), file: answer(wrong, () => false) }), /金额与送出的不一致/);
  assert.match(
    await act(finance, batch, `${batch}/bank-result`, { result_on: daysAgo(2), file: answer(sent, (n) => n % 200 === 0 && n < 800) }),
    new RegExp(`到账 ${sent.length - 4} 笔，退票 4 笔，未回 0 笔`),
  );
  await finance.goto(`${batch}?rows=returned`);
  assert.equal(await finance.locator("tbody tr", { hasText: "账户已销户" }).count(), 4);
  await shoot(finance, "payment-batch-returned");
  const returned = await finance.$eval('[name="card_payment"]', (select) => select.options[0].value);
  assert.match(
    await act(finance, batch, `${batch}/account`, { card_payment: returned, card_number: card(5000), card_holder: sent[0][2] }),
    /账户已更换/,
  );
  assert.match(await step("minzheng", "reissue", { reissue_on: daysAgo(1) }), /已办理：重新发放/);
  const again = await bankFile();
  assert.equal(again.length, 4, "only what came back goes out again");
  assert.match(
    await act(finance, batch, `${batch}/bank-result`, { result_on: daysAgo(1), file: answer(again, () => false) }),
    /到账 4 笔，退票 0 笔/,
  );
  assert.match(await step("cunwei", "disclose", { disclose_on: daysAgo(0) }), /已办理：公开结果/);
  await shoot(people.cunwei, "payment-batch-disclosed");
});

test("one payment leads from the household's page to its source", async () => {
  const clerk = people.minzheng;
  const listed = new Set(payees.map((p) => p.id));
  // The first registered household whose money has arrived.
  for (const head of register(demo, "households").filter((h) => listed.has(h.head_id_no))) {
    followed = payees.find((p) => p.id === head.head_id_no);
    await clerk.goto(`/desk/payments?payee=${encodeURIComponent(followed.name)}&programme=${PROGRAMME}&month=${month}`);
    if (await clerk.locator("tbody td a[href^='/desk/households/']").count()) break;
  }
  await Promise.all([clerk.waitForEvent("load"), clerk.locator("tbody td a[href^='/desk/households/']").first().click()]);
  assert.match(await clerk.innerText("main"), new RegExp(followed.name));
  await Promise.all([clerk.waitForEvent("load"), clerk.getByRole("link", { name: "本户发放明细" }).click()]);
  const row = clerk.locator("tbody tr", { hasText: month }).filter({ hasText: "1,500.00" }).first();
  await Promise.all([clerk.waitForEvent("load"), row.locator("a[href^='/desk/funds/trace?payment=']").click()]);
  trace = clerk.url();
  const page = await clerk.innerText("main");
  assert.match(page, /鲁财社指〔2026〕88号/, "the document it came from");
  assert.match(page, /冬春救助资金分配方案|到户/);
  assert.match(page, /送银行发放[\s\S]*打卡到账/, "each step of the way");
  assert.doesNotMatch(page.slice(page.indexOf("四、流水")), /HN14-202605/, "and no other batch's way");
  await shoot(clerk, "payment-traced-back");
  assert.deepEqual(await axeViolations(clerk), []);
});

test("and from the source through its share and batch to that household", async () => {
  const clerk = people.minzheng;
  await clerk.goto(trace);
  await Promise.all([clerk.waitForEvent("load"), clerk.getByRole("link", { name: "鲁财社指〔2026〕88号" }).first().click()]);
  await Promise.all([clerk.waitForEvent("load"), clerk.locator("a[href^='/desk/funds/trace?batch=']").first().click()]);
  assert.match(await clerk.innerText("main"), /共 1000 笔，1,500,000\.00 元/);
  for (let page = 1; page <= 20; page += 1) {
    const link = clerk.locator("tbody a[href^='/desk/funds/trace?household=']", { hasText: followed.name }).first();
    if (await link.count()) {
      await Promise.all([clerk.waitForEvent("load"), link.click()]);
      break;
    }
    const next = clerk.locator("nav a", { hasText: "下一页" }).first();
    assert.ok(await next.count(), "the household is on one of the pages");
    await Promise.all([clerk.waitForEvent("load"), next.click()]);
  }
  const page = await clerk.innerText("main");
  assert.match(page, new RegExp(`${followed.name}户`));
  assert.match(page, /鲁财社指〔2026〕88号/);
  await clerk.setViewportSize({ width: 360, height: 740 });
  assert.deepEqual(await sideScroll(clerk), []);
  for (const [login, who] of Object.entries(people)) assert.deepEqual(who.faults, [], login);
});
