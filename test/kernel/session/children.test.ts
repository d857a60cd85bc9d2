// Child processes of cells: Stop ends those of the stopped cell with all that they started, and no others; what a child
// prints on an inherited output is its cell's.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { KernelClient, Sent } from "../../jupyter-client/kernel-client.js";
import { gone, isRunning } from "../../jupyter-client/processes.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const never = "await new Promise(() => {})";

/** Each prints `pid=` and the number of the process that must end, and then `tick` without end. */
const stopped: [title: string, code: string][] = [
  [
    "spawn with inherited outputs",
    `import { spawn } from "node:child_process"; spawn(process.execPath, ["ticker.cjs"], { stdio: "inherit" }); ${never}`,
  ],
  [
    "spawn by require, outputs passed on",
    `const { spawn } = require("child_process"); const child = spawn(process.execPath, ["ticker.cjs"]);
    child.stdout.on("data", (text: Buffer) => console.log(String(text))); ${never}`,
  ],
  [
    "spawn with this process's streams",
    `import cp from "node:child_process"; cp.spawn(process.execPath, ["ticker.cjs"], { stdio: ["ignore", process.stdout, 2] }); ${never}`,
  ],
  [
    "exec, and what its shell has started",
    `import * as cp from "child_process"; const child = cp.exec(JSON.stringify(process.execPath) + " ticker.cjs; echo done");
    child.stdout?.on("data", (text) => console.log(text)); ${never}`,
  ],
  [
    "a promised execFile",
    `import { execFile } from "node:child_process"; import { promisify } from "node:util";
    const running = promisify(execFile)(process.execPath, ["ticker.cjs"]);
    running.child.stdout?.on("data", (text) => console.log(text)); await running`,
  ],
  ["fork", `import { fork } from "node:child_process"; fork("ticker.cjs"); ${never}`],
  [
    "a child below a child",
    `import { spawn } from "node:child_process"; spawn(process.execPath, ["parent.cjs"], { stdio: "inherit" }); ${never}`,
  ],
  [
    "a child that ignores SIGINT and SIGTERM",
    `import { spawn } from "node:child_process"; spawn(process.execPath, ["ticker.cjs", "deaf"], { stdio: "inherit" }); ${never}`,
  ],
  [
    "a child that is started again whenever it ends",
    `import { spawn } from "node:child_process";
    const start = () => { spawn(process.execPath, ["ticker.cjs"], { stdio: "inherit" }).on("exit", start) }; start(); ${never}`,
  ],
  [
    "a child beside a loop",
    `import { spawn } from "node:child_process"; const child = spawn(process.execPath, ["ticker.cjs"], { stdio: "inherit" });
    console.log("pid=" + child.pid + " tick"); while (true) {}`,
  ],
];

describe("child processes", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    const file = (name: string, text: string) => writeFileSync(path.join(kernel.directory, name), text);
    file(
      "ticker.cjs",
      `if (process.argv[2] === "deaf") for (const it of ["SIGINT", "SIGTERM"]) process.on(it, () => {});
      console.log("pid=" + process.pid); setInterval(() => console.log("tick"), 10)`,
    );
    file(
      "parent.cjs",
      `require("node:child_process").spawn(process.execPath, ["ticker.cjs"], { stdio: "inherit" }); setInterval(() => {}, 1000)`,
    );
  });
  after(() => kernel.close());

  const printed = (sent: Sent) => sent.iopub.map(({ content }) => content.text ?? "").join("");

  async function pidIn(sent: Sent): Promise<number> {
    await kernel.printed(sent, "tick");
    return Number(/pid=(\d+)/.exec(printed(sent))?.[1]);
  }

  for (const [title, code] of stopped) {
    it(`Stop ends ${title}, and the next cell shows nothing of it`, async () => {
      if (process.platform === "win32") return assert.ok(true, "ps is missing there");
      const sent = kernel.start(code);
      const pid = await pidIn(sent);
      assert.ok(isRunning(pid));
      await kernel.interrupt();
      assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
      const { outputs } = await kernel.execute("await new Promise((go) => setTimeout(go, 300))");
      assert.deepEqual(outputs, []);
      await sent.idle;
      const ending = sent.iopub.map(({ header, content }) => content.execution_state ?? header.msg_type);
      assert.deepEqual(ending.slice(ending.indexOf("error")), ["error", "idle"]);
      await gone(pid, 3000);
    });
  }

  it("of another cell, or of one that is done, live on, and print into their own", async () => {
    if (process.platform === "win32") return assert.ok(true, "ps is missing there");
    const sent = kernel.start(
      'import { spawn } from "node:child_process"; const server = spawn(process.execPath, ["ticker.cjs"], { stdio: "inherit" }); 0',
    );
    assert.equal((await sent.reply).content.status, "ok");
    const pid = await pidIn(sent);
    const other = kernel.start("console.log('on'); while (true) {}");
    await kernel.printed(other, "on");
    await kernel.interrupt();
    await other.idle;
    assert.equal((await kernel.interrupt()).status, "ok");
    const before = printed(sent).length;
    const { outputs } = await kernel.execute("await new Promise((go) => setTimeout(go, 300))");
    assert.deepEqual(outputs, []);
    assert.ok(printed(sent).length > before, "it goes on");
    assert.ok(isRunning(pid));
    await kernel.execute("server.kill()");
    await gone(pid);
  });

  it("that are detached and have no tie to the cell outlive Stop", async () => {
    if (process.platform === "win32") return assert.ok(true, "ps is missing there");
    const sent = kernel.start(
      `import { spawn } from "node:child_process"; const free = spawn(process.execPath, ["ticker.cjs"], { detached: true, stdio: "ignore" });
      console.log("pid=" + free.pid + " tick"); free.unref(); ${never}`,
    );
    const pid = await pidIn(sent);
    await kernel.interrupt();
    await sent.idle;
    await kernel.text("await new Promise((go) => setTimeout(go, 1500))");
    assert.ok(isRunning(pid));
    process.kill(pid, "SIGKILL");
  });

  it("look to the cell as Node makes them", async () => {
    const { outputs } = await kernel.execute(
      `import { spawn } from "node:child_process"; import { once } from "node:events";
      const talk = "process.stdout.write('out ü'); process.stderr.write('err'); process.exitCode = 3";
      const it = spawn(process.execPath, ["-e", talk], { stdio: ["ignore", "inherit", "inherit"] });
      const closed = once(it, "close");
      const seen = [it.stdin, it.stdout, it.stderr, it.stdio, await once(it, "exit"), await closed];
      const piped = spawn(process.execPath, ["-e", talk]);
      const [text] = await once(piped.stdout!, "data");
      const wrong = (() => { try { spawn("x", { stdio: "nonsense" as "pipe" }) } catch (error) { return (error as { code: string }).code } })();
      JSON.stringify([...seen, String(text), wrong, spawn.length, spawn.name])`,
    );
    const texts = Object.fromEntries(
      outputs.map(({ name, text, data }) => [name ?? "result", text ?? data?.["text/plain"]]),
    );
    assert.deepEqual(texts, {
      stdout: "out ü",
      stderr: "err",
      result: '\'[null,null,null,[null,null,null],[3,null],[3,null],"out ü","ERR_INVALID_ARG_VALUE",3,"spawn"]\'',
    });
  });

  it("that can't be started say so", async () => {
    const code = `import { spawn } from "node:child_process"; import { once } from "node:events";
      await once(spawn("no-such-program", { stdio: "inherit" }), "spawn")`;
    const { reply } = await kernel.execute(code);
    assert.match(String(reply.evalue), /ENOENT/);
  });
});
