// Files of the demo county: what the simulated departments sent, and the registers to pick people from.

import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** Rows of a register as objects; simulated names hold no commas or quotes. */
export function register(demo, name) {
  const text = readFileSync(path.join(demo.folder, "files/registers", `${name}.csv`), "utf8");
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const columns = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [columns[at], cell])));
}

/** A delivered CSV of a data set, as lines of text. */
export function delivered(demo, dataSet) {
  const folder = path.join(demo.folder, "files/departments");
  const file = readdirSync(folder).find((name) => name.startsWith(`${dataSet}_`) && name.endsWith(".csv"));
  const bytes = readFileSync(path.join(folder, file));
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder("gb18030").decode(bytes);
  }
  return text.replace(/^\uFEFF/, "").trimEnd().split(/\r?\n/);
}

/** ID numbers that the simulator planted cases for; a test that needs a clean person stays away from them. */
export function planted(demo) {
  const text = readFileSync(path.join(demo.folder, "files/truth/truth.csv"), "utf8");
  return new Set(text.match(/(?<=,)\d{17}[\dX](?=,)/g));
}
