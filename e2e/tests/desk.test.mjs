// Every place in every menu, as everyone who has an account: it opens, at desktop width and on a phone, and shows no
// readable ID number. What a page is for is told by other tests; this one finds the page that breaks for one role.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PHONE, launch, readableNumbers, sideScroll, signIn, visitor } from "../support/browser.mjs";
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

/** Logins as the console prints them at the start of a demo. */
function logins() {
  return demo.log.map((line) => line.match(/^\s{2}([a-z]{3,12})\s+\S+　/)?.[1]).filter(Boolean);
}

/** Paths that links inside an element lead to, files left out. */
async function places(page, within) {
  const hrefs = await page.$$eval(`${within} a[href^="/desk"]`, (links) => links.map((link) => link.getAttribute("href")));
  const pages = hrefs.map((href) => href.split("#")[0]).filter((href) => !/\.(xlsx|csv|docx?)|export|template|download/.test(href));
  return [...new Set(pages)];
}

/** The menu, and from each of its pages the first record and the first tabs. */
async function look(page, path, seen) {
  if (seen.has(path)) return [];
  seen.add(path);
  const wrong = [];
  const answer = await page.goto(path);
  if (answer && answer.status() !== 200) wrong.push(`${path}: ${answer.status()}`);
  const wide = await sideScroll(page);
  if (wide.length > 0) wrong.push(`${path}: wider than a phone: ${wide.join(" ")}`);
  const numbers = await readableNumbers(page);
  if (numbers.length > 0) wrong.push(`${path}: shows ${numbers.length} readable ID numbers`);
  return wrong;
}

/** Every place one person is shown; returns what was wrong and how many pages were opened. */
async function walk(login) {
  const page = await visitor(browser, demo.address, PHONE);
  await signIn(page, login);
  await page.goto("/desk");
  const seen = new Set();
  const wrong = [];
  for (const path of await places(page, "#menu")) {
    wrong.push(...(await look(page, path, seen)));
    for (const record of (await places(page, "main tbody tr:first-child")).slice(0, 2)) {
      wrong.push(...(await look(page, record, seen)));
      for (const tab of (await places(page, "main nav")).slice(0, 4)) wrong.push(...(await look(page, tab, seen)));
    }
  }
  wrong.push(...page.faults);
  await page.context().close();
  return { wrong: wrong.map((what) => `${login} ${what}`), opened: seen.size };
}

test("every place in every menu opens for those to whom it is shown", async () => {
  const people = logins();
  assert.ok(people.length >= 15, `the console names ${people.length} accounts`);
  const wrong = [];
  let opened = 0;
  const next = async () => {
    for (let login = people.pop(); login; login = people.pop()) {
      const told = await walk(login);
      wrong.push(...told.wrong);
      opened += told.opened;
    }
  };
  await Promise.all([next(), next(), next()]);
  assert.deepEqual(wrong, []);
  assert.ok(opened > 150, `only ${opened} pages were opened`);
});
