// A project from the survey of demands to the yield in the hands of households, by the people whose part it is. What
// was done months ago is entered under its own day; what takes days here and now (the draw after its seed, the notice
// of the shares) is waited for by the demo's clock.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";

import { launch, shoot, sideScroll, signIn, visitor } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";
import { send, take } from "../support/project.mjs";

let demo, browser, project, households, asset, draw;
let people = {};
let ahead = 0;

/** Opens the demo some days later and signs everyone in. */
async function on(days) {
  const folder = demo?.folder;
  await demo?.stop({ keep: true });
  ahead = days;
  demo = await startDemo({ folder, extra: ["--days-ahead", String(days)] });
  people = {};
}

/** The page of a person, who signs in when first needed. */
async function by(login) {
  if (!people[login]) {
    people[login] = await visitor(browser, demo.address);
    people[login].on("dialog", (dialog) => dialog.accept());
    await signIn(people[login], login);
  }
  return people[login];
}

before(async () => {
  browser = await launch();
  await on(0);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** The local day some days before the first day of this story. */
function daysAgo(days) {
  return new Date(Date.now() - days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
}

function later(days) {
  return daysAgo(-days);
}

const step = async (login, title, fields) => take(await by(login), project, title, fields);
const beside = async (login, tab, title, fields) => take(await by(login), `${project}?tab=${tab}`, title, fields);

/** A small picture; its content differs by `tone`. */
function photo(tone) {
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(64, 0);
  head.writeUInt32BE(48, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(64 * 3, tone)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: 48 }, () => row)));
  const parts = [chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]);
}

/** A unified code with its check character. */
function uscc(sequence) {
  const body = `9137162100000${String(sequence).padStart(4, "0")}`;
  const characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const sum = [...body].reduce((total, c, at) => total + characters.indexOf(c) * 3 ** at % 31, 0);
  return body + characters[(31 - (sum % 31)) % 31];
}

async function upload(login, kind, name, buffer, mimeType) {
  const page = await by(login);
  await page.goto(`${project}?tab=watch`);
  const form = page.locator('main form[enctype="multipart/form-data"]');
  return send(page, { step: kind, file: { name, mimeType, buffer } }, form);
}

test("a village enters what its people asked for, with the six public fields and the five questions", async () => {
  const page = await by("cunwei");
  await page.goto("/desk/projects");
  await Promise.all([page.waitForEvent("load"), page.click('a:has-text("登记项目")')]);
  const villages = await page.$$eval('[name="region"] option', (options) => options.map((one) => one.value).filter(Boolean));
  let region;
  for (region of villages) {
    households = await numbersIn(page, region);
    if (households.length === 3) break;
  }
  assert.equal(households.length, 3, "a village with three registered households");
  await page.goto("/desk/projects/new");
  const filled = {
    name: "日光温室黄瓜大棚项目", region, site: "村东南地块", mode: "carrier",
    content: "新建日光温室十二座，配套机井和水肥一体化设备，由合作社经营", need: "入户时多数农户有种菜经验，缺设施和销路",
    surveyed_on: daysAgo(120), site_note: "离村近，不误农活，土地流转意向已签", source1: "财政专项扶贫资金", level1: "省",
    amount1: "1000000", owner: "镇人民政府", responsible: "刘建民", start: daysAgo(60), end: daysAgo(5), duty: "按期建成，质量合格，收益到户",
    expected_yield: "80000", link: "土地入股、务工、分红", households: households.join("\n"),
  };
  const refused = await send(page, { ...filled, amount1: "1000000.005" });
  assert.match(refused, /两位小数/, "an amount of three decimals is named");
  assert.equal(await page.inputValue('[name="content"]'), filled.content, "nothing that was typed is lost");
  assert.match(await send(page, { amount1: "1000000" }), /项目已登记，下一步是两会论证/);
  project = new URL(page.url()).pathname;
  await shoot(page, "project-entered");
});

/** Numbers of three registered households of a village, from the list a clerk would look at. */
async function numbersIn(page, region) {
  await page.goto(`/desk/households?village=${region}&status=1`);
  return [...new Set((await page.innerText("main")).match(/\b\d{19}\b/g) ?? [])].slice(0, 3);
}

test("village, town and county argue, review, check on the spot and approve, each under its own day", async () => {
  const meetings = { group_on: daysAgo(115), group_due: "30", group_present: "24", group_agree: "22",
    reps_on: daysAgo(113), reps_due: "30", reps_present: "26", reps_agree: "25" };
  assert.match(await step("cunwei", "两会论证", { ...meetings, group_present: "15", group_agree: "14", on: daysAgo(112) }), /不足应到 30 人的三分之二/);
  assert.match(await step("cunwei", "两会论证", { ...meetings, on: daysAgo(112) }), /已办理：两会论证/);
  const asked = await step("cunwei", "村级申报", { on: daysAgo(110) });
  if (!/已办理/.test(asked)) {
    await step("cunwei", "村级申报", { on: daysAgo(110), answer: "地块、经营主体和受益户都不同，不是重复立项" });
  }
  assert.match(await step("fupin", "镇级审查编制", { opinion: "同意上报", on: daysAgo(108) }), /已办理/);
  assert.match(await step("minzheng", "县级评审", { opinion: "同意", on: daysAgo(105) }), /已办理/);
  const checked = { checked_on: daysAgo(102), checkers: "扶贫办 李秀兰\n财政局 马红梅", answer: "实地看过，地块不同", on: daysAgo(100) };
  const same = await step("minzheng", "实地核查入库", checked);
  assert.match(same, /上一步是您办理的|另一人/, "who reviewed does not check his own review");
  assert.match(await step("zhujian", "实地核查入库", checked), /已办理/);
  assert.match(await step("minzheng", "领导小组批准立项", { basis: "惠扶组〔2026〕12号", on: daysAgo(95) }), /已办理/);
  assert.match(await step("zhujian", "报省市备案", { basis: "备〔2026〕31号", on: daysAgo(93) }), /已办理/);
  assert.match(await step("fupin", "立项公示", { places: "县政府网站、镇公示栏、村公示栏", on: daysAgo(90) }), /已办理/);
});

test("a tender by the book, a contract, and a start with both pledges and the villagers who watch", async () => {
  const early = await step("minzheng", "组织招标", { kind: "works", method: "compared", on: daysAgo(85) });
  assert.match(early, /公示不满 10 天/, "a notice of five days is no notice");
  assert.match(await step("minzheng", "组织招标", { kind: "works", method: "compared", on: daysAgo(79) }), /已办理/);
  for (const [at, price] of ["960000", "972000", "985000"].entries()) {
    const said = await beside("minzheng", "tender", "登记投标", { bidder: `建设公司${at + 1}`, uscc: uscc(at + 1), price });
    assert.match(said, /已办理：登记投标/);
  }
  assert.match(await beside("minzheng", "tender", "登记定标", { uscc: uscc(1), on: daysAgo(70) }), /已办理/);
  const contract = { no: "惠合〔2026〕41号", amount: "960000", signed_on: daysAgo(61), retention: "48000", on: daysAgo(60) };
  assert.match(await step("minzheng", "签订合同", contract), /绩效责任书.*廉政承诺书/s, "no contract without both pledges");
  const pdf = (text) => Buffer.from(`%PDF-1.7\n${text}\n%%EOF`);
  await upload("fupin", "duty", "绩效责任书.pdf", pdf("duty"), "application/pdf");
  assert.match(await upload("fupin", "integrity", "廉政承诺书.pdf", pdf("integrity"), "application/pdf"), /材料已上传/);
  assert.match(await step("minzheng", "签订合同", contract), /已办理/);
  for (const name of ["李春生", "孙桂兰"]) await beside("cunwei", "watch", "聘请村民代表监督员", { name, on: daysAgo(59) });
  const start = { legal_person: "镇人民政府", supervisor: "正信监理公司", on: daysAgo(58) };
  assert.match(await step("fupin", "开工", start), /3 至 5 名，现有 2 名/);
  await beside("cunwei", "watch", "聘请村民代表监督员", { name: "周大勇", on: daysAgo(59) });
  assert.match(await step("fupin", "开工", start), /已办理/);
  await shoot(await by("fupin"), "project-started");
});

test("while it is built it is inspected each month, photographed, and paid no further than it has come", async () => {
  const pay = (amount, days) => beside("caizheng", "money", "登记拨付", { amount, on: daysAgo(days) });
  assert.match(await pay("384000", 55), /已办理/);
  assert.match(await pay("0.01", 54), /384,000\.00/, "the ceiling of 40 % is named");
  await shoot(await by("caizheng"), "project-payment-refused");
  const done = await step("fupin", "竣工", { on: daysAgo(12) });
  assert.match(done, /还没有实施图片/);
  assert.match(done, /督促检查记录（每月至少一次）/);
  for (const days of [50, 35, 20]) {
    const seen = { on: daysAgo(days), inspectors: "镇监管组", result: "ok", note: "看了现场和台账，问了村民代表" };
    await beside("fupin", "watch", "登记督促检查", seen);
  }
  await beside("cunwei", "watch", "登记实施节点", { stage: "near", on: daysAgo(22), note: "棚体全部完成，正在安装水肥设备" });
  assert.match(await upload("cunwei", "photo", "棚体.png", photo(120), "image/png"), /材料已上传/);
  assert.match(await pay("480000", 15), /已办理/);
  await shoot(await by("cunwei"), "project-watched");
  assert.match(await step("fupin", "竣工", { on: daysAgo(12) }), /已办理/);
});

test("village and town accept all of it, with the satisfaction of those asked; the county publishes its seed", async () => {
  const team = { team_committee: "周长河\n王秀英", team_finance: "李春生", team_reps: "孙桂兰", opinion: "逐项验收，全部合格", on: daysAgo(10) };
  assert.match(await step("cunwei", "村级全面验收", team), /已办理/);
  const town = { team_town: "高明远\n赵丽华", asked: "20", satisfied: "15", opinion: "复验合格", on: daysAgo(7) };
  assert.match(await step("fupin", "镇级全面复验", town), /满意度 75%，不足 80%/);
  assert.match(await step("fupin", "镇级全面复验", { ...town, satisfied: "18" }), /已办理/);
  const page = await by("minzheng");
  await page.goto("/desk/project-draws");
  const form = page.locator("main form[method=post]:has([name=batch])");
  const waiting = form.locator("[name=town] option:not([value=''])");
  assert.equal(await waiting.count(), 1, "only the town with a project to inspect is offered");
  assert.match(await waiting.innerText(), /待抽查 1 个/);
  await send(page, { batch: "第二批", town: await waiting.getAttribute("value") }, form);
  draw = new URL(page.url()).pathname;
  const early = page.locator("main form:has-text('按种子抽取')");
  await Promise.all([page.waitForEvent("load"), early.locator("button").click()]);
  assert.match(await page.innerText("body"), /满 1 天后才能抽取/, "the seed is public before anything is drawn");
});

test("the next day the draw follows from what was published, and anyone can repeat it", async () => {
  await on(1);
  const page = await by("zhujian");
  await page.goto(draw);
  await Promise.all([page.waitForEvent("load"), page.locator("main form:has-text('按种子抽取') button").click()]);
  const text = await page.innerText("main");
  const seed = text.match(/种子\s+(\d+)/)?.[1];
  const listed = [...text.matchAll(/(\S*-\d{4}-\d{4})\s+[\d,.]+\s+([0-9a-f]{16})…\s+(\S+)/g)];
  assert.ok(seed && listed.length > 0, text);
  const order = listed.map(([, no, shown, why]) => ({ no, why, shown, own: createHash("sha256").update(`${seed}|${no}`).digest("hex") }));
  for (const one of order) assert.equal(one.own.slice(0, 16), one.shown, `the number of ${one.no} follows from the seed`);
  const first = [...order].sort((a, b) => (a.own < b.own ? -1 : 1))[0];
  assert.equal(first.why, "抽中");
  await shoot(page, "project-drawn");

  assert.match(await beside("minzheng", "accept", "登记抽查结果", { result: "pass", note: "现场、台账、资金都看过" }), /已办理/);
  const offices = ["扶贫", "财政", "发改", "交通", "水利", "住建", "农业", "审计"].map((one) => `${one} 某某`).join("\n");
  const county = { team_county: offices, opinion: "抽查合格" };
  assert.match(await step("zhujian", "县级抽查", { ...county, on: daysAgo(3) }), /早于本批抽取的日期/);
  assert.match(await step("zhujian", "县级抽查", { ...county, on: later(1) }), /已办理/);
  assert.match(await step("caizheng", "报账审计", { audit: "惠审〔2026〕8号", on: later(1) }), /已办理/);
  assert.match(await step("minzheng", "竣工公告", { places: "村公示栏、县政府网站", on: later(1) }), /已办理/);
});

test("what was built becomes an asset of the village, and its yield a plan for every entitled household", async () => {
  const day = later(1);
  assert.match(await beside("cunwei", "asset", "登记形成的资产", { name: "日光温室十二座", class: "operating", cost: "960000", on: day }), /已办理/);
  const page = await by("cunwei");
  await page.goto(`${project}?tab=asset`);
  asset = await page.locator('main a[href^="/desk/project-assets/"]').first().getAttribute("href");
  const of = async (login, title, fields = {}) => {
    const said = await take(await by(login), asset, title, { on: day, ...fields });
    assert.match(said, new RegExp(`已办理：${title}`));
    return said;
  };
  await of("cunwei", "清查");
  await of("jingguan", "界定权属", { owner_level: "village", owner_name: "村股份经济合作社" });
  await of("nongye", "产权登记", { basis: "惠农产登〔2026〕9号", certificate: "惠资 2026-0009" });
  assert.match(await step("nongye", "资产登记", { on: day }), /已办理/);
  assert.match(await step("minzheng", "绩效评估", { score: "92", verdict: "目标完成，带动明显", on: day }), /已办理/);
  await of("jingguan", "移交", { receiver: "村股份经济合作社" });
  await of("cunwei", "投入运营");
  await of("cunwei", "登记应收收益", { period: "2026 年", amount: "80000", due_on: day });
  await of("cunwei", "收益到账", { amount: "80000.01" });
  await of("cunwei", "拟订分配方案", { by: "person", welfare: "8000", welfare_for: "村道路灯" });
  await of("jianwei", "村民会议决议", { basis: "村民会议决议 2026-6" });
  await of("cunwei", "方案公示");
  await page.goto(asset);
  assert.match(await page.innerText("main"), /80,000\.01\s+元|与到账收益相等/);
  const early = await take(await by("jingguan"), asset, "发放到户", { on: day });
  assert.match(early, /公示不满 7 天/);
});

test("after the notice every household has its share to the fen, and the loop is closed for all to see", async () => {
  await on(9);
  assert.match(await take(await by("jingguan"), asset, "发放到户", { on: later(9) }), /已办理/);
  const page = await by("jingguan");
  const text = await page.innerText("main");
  assert.match(text, /与到账收益相等\s+80,000\.01/);
  const shares = [...text.matchAll(/^到户\S*\s.*?([\d,]+\.\d{2})/gm)];
  await shoot(page, "project-yield-paid");
  assert.match(await step("minzheng", "收益分配", { on: later(9) }), /已办理/);
  const closed = await step("minzheng", "转入运营", { on: later(9) });
  assert.match(closed, /项目确定[\s\S]*惠扶组〔2026〕12号[\s\S]*资金拨付[\s\S]*864,000\.00[\s\S]*收益分配[\s\S]*80,000\.01[\s\S]*绩效评估[\s\S]*92/);
  const admin = await by("minzheng");
  await shoot(admin, "project-closed-loop");
  await admin.goto(`${project}?tab=history`);
  const history = await admin.innerText("main");
  for (const word of ["两会论证", "签订合同", "登记拨付", "县级抽查", "转入运营"]) assert.match(history, new RegExp(word));
  for (const tab of ["", "flow", "tender", "watch", "accept", "money", "asset", "history"]) {
    await admin.setViewportSize({ width: 360, height: 740 });
    await admin.goto(tab ? `${project}?tab=${tab}` : project);
    assert.deepEqual(await sideScroll(admin), [], `${tab} at 360 px`);
  }
  assert.ok(shares.length >= households.length || text.includes("到户"), text);
  assert.deepEqual(Object.values(people).flatMap((one) => one.faults), []);
});
