// SQLite as a store: the contract of all drivers, and what only a file has: other programs beside it, and the end of one in its middle.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { open } from "../../../lib/monitor/index.js";
import { driverContract } from "./driver-contract.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "cellgrad-store-"));
let files = 0;
const newFile = () => path.join(folder, `store ${files++} #ü.db`);

driverContract("SQLite", async () => `sqlite:${newFile()}`);

describe("monitor: SQLite", () => {
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("loses nothing that was acknowledged when the program is killed while it logs", async () => {
    const child = fileURLToPath(new URL("./logging-child.js", import.meta.url));
    for (const wait of [0, 40, 170]) {
      const file = newFile();
      const program = spawn(process.execPath, [child, `sqlite:${file}`], { stdio: ["ignore", "pipe", "inherit"] });
      let printed = "";
      const ended = new Promise((resolve) => program.once("close", resolve));
      // Before the first acknowledgement there is nothing to lose.
      await new Promise<void>((resolve) => {
        program.stdout.on("data", (part) => {
          printed += part;
          if (printed.includes("\n")) resolve();
        });
      });
      await sleep(wait);
      program.kill("SIGKILL");
      await ended;
      const acknowledged = Number(printed.slice(0, printed.lastIndexOf("\n")).split("\n").at(-1));
      await using store = await open(`sqlite:${file}`);
      const found = new Map((await store.predictions({ limit: 1_000_000 })).map((row) => [row.id, row]));
      for (let i = 0; i < acknowledged; i++) assert.equal(found.get(`k${i}`)?.features.i, i);
      for (let i = 36; i < acknowledged; i += 37) assert.equal(found.get(`k${i}`)?.trueLabel, "a");
      assert.ok(acknowledged >= 37);
    }
  });

  it("does not keep a program waiting while another one has the file, and loses nothing", async () => {
    const file = newFile();
    await using store = await open(`sqlite:${file}`);
    const other = new Database(file);
    other.exec("BEGIN EXCLUSIVE");
    for (let i = 0; i < 500; i++) store.append({ id: `w${i}`, prediction: { label: "a" } });
    let longest = 0;
    for (let i = 0, last = performance.now(); i < 40; i++) {
      await sleep(10);
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    assert.equal(store.counts.written, 0);
    // As long as SQLite itself waits is 5 s.
    assert.ok(longest < 2000, `a turn of the event loop took ${longest} ms`);
    other.exec("COMMIT");
    other.close();
    await store.flush();
    assert.equal((await store.predictions()).length, 500);
  });

  it("tells at once when there can be no database", async () => {
    await assert.rejects(
      open(`sqlite:${path.join(folder, "missing", "a.db")}`),
      /^Error: invalid address; expected a database that can be written to: .*missing/,
    );
    const text = newFile();
    writeFileSync(text, "not a database, but a text that is long enough to be looked at ".repeat(100));
    await assert.rejects(open(`sqlite:${text}`), /not a database/);
  });

  it("does not keep a program from ending", async () => {
    const index = new URL("../../../lib/monitor/index.js", import.meta.url).href;
    const script = `const { open } = await import(${JSON.stringify(index)});
      const store = await open(${JSON.stringify(`sqlite:${newFile()}`)});
      store.append({ id: "a", prediction: { label: "b" } });`;
    const program = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
    assert.equal(await new Promise((resolve) => program.once("close", resolve)), 0);
    await using store = await open(`sqlite:${path.join(folder, `store ${files - 1} #ü.db`)}`);
    assert.equal((await store.predictions()).length, 1);
  });
});
