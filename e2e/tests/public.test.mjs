// The public layer as anybody meets it: without script errors, without barriers, on a phone, with the keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { DESKTOP, PHONE, axeViolations, launch, readableNumbers, shoot, sideScroll, visitor } from "../support/browser.mjs";
import { startDemo } from "../support/demo.mjs";

let demo, browser, paths;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  paths = await publicPaths();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Follows links from the home page without signing in; of each kind of page a few examples are enough. */
async function publicPaths(most = 40, each = 2) {
  const page = await visitor(browser, demo.address);
  const seen = new Map([["/", "/"]]);
  const kinds = new Map();
  const queue = ["/"];
  while (queue.length && seen.size < most) {
    const response = await page.goto(queue.shift());
    if (!response.headers()["content-type"]?.includes("text/html") || !response.ok()) continue;
    const links = await page.$$eval("a[href]", (anchors) => anchors.filter((a) => !a.hasAttribute("download")).map((a) => a.href));
    for (const link of links) {
      const url = new URL(link);
      if (url.origin !== demo.address || /\.(xlsx|csv|pdf|xml|zip|txt)$/.test(url.pathname)) continue;
      if (url.pathname.startsWith("/desk") || url.pathname.startsWith("/sign-in")) continue;
      const kind = `${url.pathname.replace(/\d+/g, "N")}?${[...url.searchParams.keys()].sort()}`;
      const target = url.pathname + url.search;
      if (seen.has(target) || (kinds.get(kind) ?? 0) >= each) continue;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      seen.set(target, target);
      queue.push(target);
    }
  }
  await page.context().close();
  return [...seen.keys()];
}

/** Visits every public page at one width and gathers what is wrong with any of them. */
async function survey(viewport, inspect) {
  const page = await visitor(browser, demo.address, viewport);
  const wrong = [];
  for (const path of paths) {
    const response = await page.goto(path);
    if (!response.ok()) wrong.push(`${path}: ${response.status()}`);
    for (const fault of await inspect(page, path)) wrong.push(`${path}: ${fault}`);
  }
  wrong.push(...page.faults);
  await page.context().close();
  return wrong;
}

test("the built program carries the full look, not the plain one", async () => {
  const page = await visitor(browser, demo.address);
  await page.goto("/");
  const style = await page.$eval('link[rel="stylesheet"]', (link) => link.href);
  const css = await (await page.request.get(style)).text();
  assert.match(css, /--tblr-/);
  await page.context().close();
});

test("a visitor reaches more than a home page", () => {
  assert.ok(paths.length >= 5, `only ${paths.join(" ")}`);
});

test("the list of policies and policies themselves are among the pages surveyed", () => {
  assert.ok(paths.includes("/policies"), paths.join(" "));
  assert.ok(paths.some((path) => /^\/policies\/\d+$/.test(path)), paths.join(" "));
});

test("no public page has a barrier that axe-core sees, at desktop width", async () => {
  assert.deepEqual(await survey(DESKTOP, axeViolations), []);
});

test("no public page has a barrier that axe-core sees, on a phone", async () => {
  assert.deepEqual(await survey(PHONE, axeViolations), []);
});

test("no public page scrolls sideways on a phone of 360 px", async () => {
  assert.deepEqual(await survey(PHONE, sideScroll), []);
});

test("no public page shows a readable ID number", async () => {
  assert.deepEqual(await survey(DESKTOP, readableNumbers), []);
});

test("the home page can be used with the keyboard alone", async () => {
  const page = await visitor(browser, demo.address);
  await page.goto("/");
  const links = new Set();
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const visible = style.outlineStyle !== "none" || style.boxShadow !== "none";
      return { href: element.getAttribute("href"), visible, tag: element.outerHTML.slice(0, 80) };
    });
    if (!at) break;
    assert.ok(at.visible, `focus cannot be seen on ${at.tag}`);
    if (at.href) links.add(at.href);
  }
  const all = await page.$$eval("main a[href]", (anchors) => anchors.map((a) => a.getAttribute("href")));
  const missed = [...new Set(all)].filter((href) => !links.has(href)).slice(0, 5);
  if (links.size < 75) assert.deepEqual(missed, []);
  await page.context().close();
});

test("elder mode enlarges the text, says so, and stays while reading on", async () => {
  const page = await visitor(browser, demo.address, PHONE);
  await page.goto("/");
  const size = () => page.$eval("main p", (p) => parseFloat(getComputedStyle(p).fontSize));
  const plain = await size();
  await page.click("form.elder button");
  await page.waitForFunction((before) => {
    const p = document.querySelector("main p");
    return p && parseFloat(getComputedStyle(p).fontSize) > before;
  }, plain);
  assert.ok((await size()) >= 24, `${await size()} px is less than 18 pt`);
  const next = paths.find((path) => path !== "/");
  await page.goto(next);
  const text = await page.$eval("main", (main) => parseFloat(getComputedStyle(main).fontSize));
  assert.ok(text >= 24, `${next}: ${text} px`);
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(await sideScroll(page), []);
  await shoot(page, "public-elder");
  await page.context().close();
});
