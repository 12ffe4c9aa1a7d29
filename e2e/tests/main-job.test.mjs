// The main job from end to end, as the people who do it: a dirty department file comes in, a finding comes out of it,
// the village is asked, the discipline office re-checks, the money is put right, and a citizen reads what was paid.
//
// One story in order; each test is one person's part and stands on the parts before it.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import { axeViolations, launch, readableNumbers, shoot, signIn, visitor } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";
import { delivered, planted, register } from "../support/files.mjs";
import { act, offers } from "../support/finding.mjs";

let demo, browser, person, findingPath;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  person = someoneAssisted();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** The head of a registered household that drew a targeted benefit, for whom nothing was planted. */
function someoneAssisted() {
  const people = new Map(register(demo, "people").map((row) => [row.id_no, row]));
  const targeted = new Set(register(demo, "programmes").filter((row) => row.targeted === "1").map((row) => row.code));
  const avoid = planted(demo);
  const paid = register(demo, "payments").filter((row) => targeted.has(row.programme) && row.benefit_month >= "2020-01");
  const heads = new Set(register(demo, "households").map((row) => row.head_id_no));
  const found = paid.find((row) => {
    const someone = people.get(row.id_no);
    return heads.has(row.id_no) && !avoid.has(row.id_no) && someone.phone && !someone.death_date && someone.birth < "2000-01-01";
  });
  assert.ok(found, "the village has a registered household that is paid a targeted benefit");
  return people.get(found.id_no);
}

/** The delivered table with one more car, written as a clerk would, and with faulty rows. */
function dirtyVehicles() {
  const lines = delivered(demo, "vehicles");
  const width = lines[0].split(",").length;
  const row = (...cells) => [...cells, ...Array(width - cells.length).fill("")].join(",");
  const fullWidth = person.id_no.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).toLowerCase();
  const faulty = [
    row(person.id_no, "", "鲁M9E2E1", "K33", "A", "2018/5/2", "A", "2030/1/1", "86000", "否"),
    row(person.id_no, person.name, "鲁M9E2E2", "K33", "A", "0205-01-01", "A", "2030/1/1", "86000", "否"),
    row(person.id_no, person.name, "鲁M9E2E3", "K33", "A", "2018/5/2", "A", "2030/1/1", "八万六", "否"),
    row(person.id_no, person.name, "鲁M9E2E4", "飞机", "A", "2018/5/2", "A", "2030/1/1", "86000", "否"),
  ];
  const good = row(` ${fullWidth} `, ` ${person.name.slice(0, 1)} ${person.name.slice(1)}`, "鲁M9E2E0", "小轿车", "A", "2017年3月2日", "A", "2030/1/1", "126,800.00", "否")
    .replace("126,800.00", '"126,800.00"');
  const file = path.join(demo.folder, "机动车登记（补报）.csv");
  writeFileSync(file, `${[...lines, good, ...faulty].join("\n")}\n`);
  return { file, goodLine: lines.length + 1, firstFaulty: lines.length + 2, faulty: faulty.length };
}

/** Sends the file in one mode and waits until the page of the import has come to an end. */
async function upload(page, file, mode) {
  await page.goto("/desk/sources/vehicles");
  await page.check(`input[name="mode"][value="${mode}"]`);
  await page.setInputFiles('input[type="file"]', file);
  await Promise.all([page.waitForURL(/\/desk\/imports\/\d+/), page.click('form[enctype] button[type="submit"]')]);
  await settled(page);
}

/** Reloads until no progress bar is left. */
async function settled(page, seconds = 600) {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    if ((await page.locator("progress").count()) === 0) return;
    await page.waitForTimeout(500);
    await page.reload();
  }
  assert.fail(`still under way after ${seconds} s: ${page.url()}`);
}

/** A person at work: signed in, later looked at for faults and readable numbers. */
async function at(login, work) {
  const page = await visitor(browser, demo.address);
  await signIn(page, login);
  await work(page);
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

test("the county administrator tries a dirty file, sees each fault by row and column, imports it and starts a run", async () => {
  const { file, firstFaulty, faulty } = dirtyVehicles();
  await at("xianji", async (page) => {
    await page.goto("/desk/sources");
    await shoot(page, "01-sources");
    await page.goto("/desk/sources/vehicles");
    await shoot(page, "02-upload");

    await upload(page, file, "dry_run");
    const tried = await page.innerText("main");
    for (let line = firstFaulty; line < firstFaulty + faulty; line += 1) assert.ok(tried.includes(String(line)), `row ${line}`);
    for (const column of ["机动车所有人", "初次登记日期", "购置价格", "车辆类型"]) assert.ok(tried.includes(column), column);
    assert.deepEqual(await readableNumbers(page), []);
    await shoot(page, "03-dry-run");

    await upload(page, file, "import");
    await shoot(page, "04-import");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click('a[href$="/rejects.xlsx"]')]);
    assert.match(download.suggestedFilename(), /\.xlsx$/);

    await page.goto("/desk/runs/new");
    await page.fill('[name="purpose"]', "机动车登记补报后的例行比对");
    await page.fill('[name="legal_basis"]', "《社会救助暂行办法》第五十八条");
    await shoot(page, "05-run-new");
    await Promise.all([page.waitForURL(/\/desk\/runs\/\d+$/), page.click('form[action="/desk/runs/new"] button[type="submit"]')]);
    await settled(page);
    const run = await page.innerText("main");
    assert.match(run, /A-01/);
    await shoot(page, "06-run");
  });
});

test("the same file sent again changes nothing", async () => {
  await at("xianji", async (page) => {
    await upload(page, path.join(demo.folder, "机动车登记（补报）.csv"), "import");
    assert.match(await page.innerText("main"), /未变|没有变化|相同|不变/);
    await shoot(page, "07-same-file");
  });
});

test("the civil affairs bureau finds the new case with both records side by side, and acknowledges it", async () => {
  await at("minzheng", async (page) => {
    await page.goto(`/desk/warnings?rule=A-01&q=${encodeURIComponent(person.name)}`);
    await shoot(page, "08-findings");
    const links = await page.$$eval("main table tbody a[href]", (anchors) => anchors.map((a) => a.getAttribute("href")));
    for (const href of links) {
      await page.goto(href);
      if ((await page.innerText("main")).includes("鲁M9E2E0")) findingPath = href;
      if (findingPath) break;
    }
    assert.ok(findingPath, "the added car led to a finding");
    const text = await page.innerText("main");
    assert.match(text, /机动车登记（补报）\.csv/);
    assert.match(text, /请核实|是否/);
    assert.deepEqual(await readableNumbers(page), []);
    await shoot(page, "09-finding");
    if (await offers(page, "acknowledge")) await act(page, "acknowledge");
    await act(page, "start_verification", { team: "李秀兰、胡卫东" });
    await shoot(page, "10-acknowledged");
  });
});

test("the village supervision committee says what it knows", async () => {
  await at("jianwei", async (page) => {
    await page.goto(findingPath);
    await act(page, "answer", { text: "该户确有一辆小轿车，登记在户主名下，由其子在外务工时使用。" });
    await shoot(page, "11-village-answer");
    assert.equal(await offers(page, "cdi_check"), false);
  });
});

test("the village committee is offered no verdict, no review and no rectification", async () => {
  await at("cunwei", async (page) => {
    await page.goto(findingPath);
    for (const kind of ["verify", "dept_review", "cdi_check", "rectify"]) assert.equal(await offers(page, kind), false, kind);
  });
});

test("the town looks on the spot and enters the verdict", async () => {
  await at("fupin", async (page) => {
    await page.goto(findingPath);
    await act(page, "verify", {
      team: "胡卫东、李秀兰",
      verdict: "true",
      confirmed: "1200",
      evidence: "入户查看车辆和行驶证，询问邻居两人，情况属实。",
    });
    await shoot(page, "12-verdict");
    assert.equal(await offers(page, "dept_review"), false, "who enters does not approve");
  });
});

test("the bureau reviews the verdict", async () => {
  await at("minzheng", async (page) => {
    await page.goto(findingPath);
    await act(page, "dept_review", { opinion: "同意核查结论" });
    await shoot(page, "13-reviewed");
  });
});

test("the discipline office re-checks it", async () => {
  await at("jiwei", async (page) => {
    await page.goto(findingPath);
    await act(page, "cdi_check", { opinion: "复核无异议" });
    await shoot(page, "14-re-checked");
  });
});

test("the bureau puts it right and enters what was recovered", async () => {
  await at("minzheng", async (page) => {
    await page.goto(findingPath);
    await act(page, "start_rectification");
    await act(page, "rectify", { measures: "自次月起停发，追回多发资金。", recovered: "1200" });
    await act(page, "apply_elimination", { reasons: "资金已追回。" });
    await shoot(page, "15-rectified");
  });
});

test("the discipline office closes the finding, and each step stands in its history", async () => {
  await at("jiwei", async (page) => {
    await page.goto(findingPath);
    await act(page, "approve_elimination", { opinion: "同意消除" });
    const text = await page.innerText("main");
    assert.match(text, /已办结/);
    for (const step of ["签收", "开始核查", "情况", "核查结论", "审核", "复核", "整改"]) assert.ok(text.includes(step), step);
    await shoot(page, "16-closed");
  });
});

// accept: 003-08a, 003-08b, 003-08c, 003-08d, 002-28a, 002-28b, 002-28c
test("a citizen reads the four questions down to every payment of a village", async () => {
  const page = await visitor(browser, demo.address);
  await page.goto("/");
  const home = await page.innerText("main");
  const questions = ["钱从哪里来", "花到哪里去", "干了什么事", "效果怎么样"];
  for (const question of questions) assert.ok(home.includes(question), question);
  await shoot(page, "17-home");
  const step = async (selector, name) => {
    await Promise.all([page.waitForEvent("load"), page.locator(selector).first().click()]);
    await shoot(page, name);
    assert.deepEqual(await axeViolations(page), []);
    assert.deepEqual(await readableNumbers(page), []);
  };
  await page.goto("/programmes");
  await step('main table a[href^="/programmes/"]', "18-programme");
  const fund = await page.innerText("main");
  for (const question of questions) assert.ok(fund.includes(question), `${question} for one fund`);
  for (let depth = 0; depth < 4; depth += 1) {
    const inside = page.locator('main table a[href^="/programmes/"]');
    if ((await inside.count()) === 0) break;
    await step('main table a[href^="/programmes/"]', `19-place-${depth}`);
  }
  const heads = await page.$$eval("main table th[scope=col]", (cells) => cells.map((cell) => cell.textContent));
  for (const head of [/领取人/, /金额/, /领取时间|发放日期/]) assert.ok(heads.some((text) => head.test(text)), String(head));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

// accept: 003-58, 002-26
test("a citizen sees the payments to himself only with a second proof, and who looked him up", async () => {
  const page = await visitor(browser, demo.address);
  await page.goto("/mine");
  await page.fill('[name="number"]', person.id_no);
  await Promise.all([page.waitForURL(/\/mine\/public/), page.click('form[action="/mine"] button[type="submit"]')]);
  assert.ok(!page.url().includes(person.id_no), "no number in the address");
  assert.deepEqual(await readableNumbers(page), []);
  await shoot(page, "20-own-public");
  await page.goto("/mine/detail");
  assert.ok(!page.url().endsWith("/mine/detail") || !/谁查看过/.test(await page.innerText("main")), "no detail without the code");
  await page.goto("/mine/public");
  await Promise.all([page.waitForEvent("load"), page.click('form[action="/mine/code"] button[type="submit"]')]);

  let code;
  await at("xitong", async (desk) => {
    await desk.goto("/desk/outbox");
    code = (await desk.innerText("main")).match(/验证码\D{0,4}(\d{6})/)?.[1];
  });
  assert.ok(code, "the demo shows the message that a phone would receive");
  await page.fill('[name="code"]', code);
  await Promise.all([page.waitForURL(/\/mine\/detail/), page.click('form[action="/mine/open"] button[type="submit"]')]);
  const detail = await page.innerText("main");
  assert.match(detail, /谁查看过我的信息/);
  assert.match(detail, /元/);
  await shoot(page, "21-own-detail");
  await page.context().close();
});

test("the record of all acts is whole, and knows this day", async () => {
  await at("jilu", async (page) => {
    await page.goto("/desk/trail");
    await shoot(page, "22-trail");
    await Promise.all([page.waitForEvent("load"), page.click('form[action="/desk/trail/verify"] button[type="submit"]')]);
    assert.match(await page.innerText("main"), /校验完成：\d+ 条记录首尾相接，没有被改动/);
  });
});
