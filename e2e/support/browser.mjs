// One Chromium for a file of tests; a fresh context for each person, so that nobody inherits another's session.

import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

import axe from "axe-core";
import { chromium } from "playwright-core";

export const DESKTOP = { width: 1366, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** Demo accounts share one password, printed at the start of the demo. */
export const PASSWORD = "Yangguang2026";

const SHOTS = path.resolve(import.meta.dirname, "../shots");

function browserPath() {
  const candidates = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  const found = candidates.find((file) => file && existsSync(file));
  if (!found) throw new Error("no Chromium: run `cargo xtask test`, which installs it, or set CHROMIUM");
  return found;
}

export function launch() {
  return chromium.launch({
    executablePath: browserPath(),
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page of a new visitor; what goes wrong inside it is collected in `page.faults`. */
export async function visitor(browser, address, viewport = DESKTOP) {
  const context = await browser.newContext({ baseURL: address, viewport, locale: "zh-CN", acceptDownloads: true });
  // Ends a test that would hang for ever; a busy machine may take its time.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) page.faults.push(`${response.status()} ${response.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy/.test(message.text())) page.faults.push(message.text());
  });
  return page;
}

/** Signs in through the form as a person would. */
export async function signIn(page, login) {
  await page.goto("/sign-in");
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', PASSWORD);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith("/sign-in")), page.click("main button[type=submit]")]);
}

/** Each of these people with a page of their own, signed in, who says yes when asked to confirm; by login. */
export async function staff(browser, address, logins) {
  const people = {};
  for (const login of logins) {
    people[login] = await visitor(browser, address);
    people[login].on("dialog", (dialog) => dialog.accept());
    await signIn(people[login], login);
  }
  return people;
}

/** A picture of the page as it is, at desktop and phone width. */
export async function shoot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  const before = page.viewportSize();
  for (const [suffix, size] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: path.join(SHOTS, `${name}-${suffix}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
}

/** Violations of WCAG 2.2 A and AA, one line each; an empty list is what we want. */
export async function axeViolations(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"] },
      resultTypes: ["violations"],
    }),
  );
  return found.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`),
  );
}

/** Elements that reach beyond the right edge of the window, unless they scroll inside a box of their own. */
export async function sideScroll(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .slice(0, 5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  });
}

/** Whether the last of eighteen characters is the check character of the others (GB 11643). */
function checks(number) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((all, weight, at) => all + weight * Number(number[at]), 0);
  return "10X98765432"[sum % 11] === number[17].toUpperCase();
}

/** Resident numbers readable anywhere in the visible page. Records are numbered by as many digits; these seldom check. */
export async function readableNumbers(page) {
  const text = await page.evaluate(() => document.body.innerText);
  const alike = text.match(/(?<!\d)[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g) ?? [];
  return alike.filter(checks);
}
