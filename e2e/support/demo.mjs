// The built program with a village in it, on a free port and in a folder of its own, for as long as one file of tests.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";

export const repository = path.resolve(import.meta.dirname, "../..");

/** The program under test: told by `cargo xtask`, or where `cargo build` leaves it. */
export function program() {
  const candidates = [
    process.env.YANGGUANG_BIN,
    process.env.CARGO_TARGET_DIR && path.join(process.env.CARGO_TARGET_DIR, "debug/yangguang"),
    path.join(repository, "target/debug/yangguang"),
  ];
  const found = candidates.find((file) => file && existsSync(file));
  if (!found) throw new Error("no yangguang: run `cargo build` or set YANGGUANG_BIN");
  return found;
}

/**
 * Starts `yangguang demo` and waits until it says where it listens. A folder of an earlier demo is opened again;
 * with `extra: ["--days-ahead", "1"]` it is the next day there. `published: "jiawang"` is that case in place of a village.
 */
export async function startDemo({ scale = "village", published, extra = [], folder = mkdtempSync(path.join(tmpdir(), "yangguang-e2e-")) } = {}) {
  const what = published ? ["--case", published] : ["--scale", scale];
  const child = spawn(program(), ["demo", ...what, "--port", "0", "--data", folder, ...extra], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = [];
  const address = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the demo did not come up in 600 s:\n${log.join("\n")}`)), 600_000);
    for (const stream of [child.stdout, child.stderr]) {
      readline.createInterface({ input: stream }).on("line", (line) => {
        log.push(line);
        const url = line.match(/http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+/);
        if (url && !url[0].endsWith(":0")) {
          clearTimeout(late);
          resolve(url[0]);
        }
      });
    }
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`the demo ended with ${code}:\n${log.join("\n")}`));
    });
  });
  return {
    address,
    folder,
    log,
    async stop({ keep = false } = {}) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
        await ended;
        clearTimeout(hard);
      }
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}
