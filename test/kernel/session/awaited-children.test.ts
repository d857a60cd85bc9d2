// Stop while a cell is inside execSync, execFileSync or spawnSync: as Ctrl-C does in a terminal, it ends the child process,
// with all that this started; then the cell ends, and everything it had is kept.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { KernelClient, Sent } from "../../jupyter-client/kernel-client.js";
import { gone, isRunning } from "../../jupyter-client/processes.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

/** The children write their numbers into a file; but for the short ones, none would end by itself in time. */
const kinds: [title: string, code: string][] = [
  ["execSync", "execSync(command)"],
  ["execSync with inherited output", 'execSync(command, { stdio: "inherit" })'],
  ["execSync of a shell with more to do", 'execSync(command + "; echo done", { stdio: "inherit" })'],
  ["execFileSync", 'execFileSync(process.execPath, ["ticker.cjs"])'],
  ["spawnSync, which throws nothing", 'spawnSync(process.execPath, ["ticker.cjs"])'],
  ["a call behind an await", "await null; await (async () => { await null; execSync(command) })()"],
  ["a call in a timer that the cell awaits", "await new Promise(() => setTimeout(() => execSync(command), 1))"],
  ["a cell that catches the error", "try { execSync(command) } catch { console.log('caught') }"],
  ["a loop of calls that catches all errors", "while (true) { try { execSync(command) } catch {} }"],
  ["a loop of short calls", "while (true) spawnSync(process.execPath, ['ticker.cjs', 'short'])"],
  ["a child that ignores SIGINT", 'execFileSync(process.execPath, ["ticker.cjs", "deaf"])'],
  ["a child of a child", 'execFileSync(process.execPath, ["parent.cjs"])'],
];

describe("child processes that a cell waits for", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    const file = (name: string, text: string) => writeFileSync(path.join(kernel.directory, name), text);
    file(
      "ticker.cjs",
      `if (process.argv[2] === "deaf") process.on("SIGINT", () => {});
      require("node:fs").appendFileSync("pids.txt", process.pid + " "); console.log("tick");
      setTimeout(() => process.exit(), process.argv[2] === "short" ? 20 : 60000)`,
    );
    file("parent.cjs", `require("node:child_process").execFileSync(process.execPath, ["ticker.cjs"])`);
    await kernel.execute(`import { execFileSync, execSync, spawn, spawnSync } from "node:child_process";
      import { writeFileSync } from "node:fs";
      const command = JSON.stringify(process.execPath) + " ticker.cjs"; let kept = 0`);
  });
  after(() => kernel.close());

  const shown = (sent: Sent) => sent.iopub.map(({ content, header }) => content.text ?? header.msg_type).join(" ");

  /** Its number, as soon as it runs. */
  async function started(): Promise<number> {
    for (;;) {
      const pids = readFileSync(path.join(kernel.directory, "pids.txt"), "utf8").trim().split(" ");
      if (pids[0]) return Number(pids.at(-1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  for (const [title, code] of kinds) {
    it(`end with Stop: ${title}`, async () => {
      if (process.platform === "win32") return assert.ok(true, "Stop asks twice there, and then ends the worker");
      await kernel.execute("writeFileSync('pids.txt', '')");
      const worker = await kernel.workerPid();
      const sent = kernel.start(`kept = 7; ${code}; kept = -1; console.log("went on")`);
      const pid = await started();
      const startedAt = performance.now();
      await kernel.interrupt();
      assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
      assert.ok(performance.now() - startedAt < 2000, `${performance.now() - startedAt} ms`);
      await sent.idle;
      assert.doesNotMatch(shown(sent), /went on|caught|can't be stopped|done/);
      assert.deepEqual((await kernel.execute("await new Promise((go) => setTimeout(go, 100))")).outputs, []);
      assert.match(shown(sent), /error status$/);
      assert.equal(await kernel.text("kept"), "7");
      assert.equal(await kernel.workerPid(), worker);
      await gone(pid, 3000);
    });
  }

  it("end alone: those that other cells started live on", async () => {
    if (process.platform === "win32") return assert.ok(true, "ps is missing there");
    const other = Number(await kernel.text('const other = spawn("sleep", ["60"]); other.pid'));
    const sent = kernel.start(
      'const mine = spawn("sleep", ["60"]); console.log("pid=" + mine.pid); execSync("sleep 60")',
    );
    await kernel.printed(sent, "pid=");
    const mine = Number(/pid=(\d+)/.exec(shown(sent))?.[1]);
    await kernel.interrupt();
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    await gone(mine, 3000);
    assert.ok(isRunning(other));
    await kernel.execute("other.kill()");
    await gone(other);
  });

  it("of a timer that a finished cell left end with a Stop while no cell runs", async () => {
    if (process.platform === "win32") return assert.ok(true, "Stop asks twice there, and then ends the worker");
    await kernel.execute("writeFileSync('pids.txt', ''); setTimeout(() => { execSync(command); kept = -1 }, 1); 0");
    const pid = await started();
    await kernel.interrupt();
    await gone(pid, 3000);
    assert.equal(await kernel.text("kept"), "7");
  });

  it("give what Node gives", async () => {
    const text = await kernel.text(`
      const refused = (() => { try { execSync("exit 3", { stdio: "ignore" }) } catch (error) { return (error as { status: number }).status } })();
      [execSync("echo a", { encoding: "utf8" }).trim(), spawnSync("no-such-program").error?.message, refused,
        execFileSync.name, execFileSync.length, require("child_process").execSync === execSync].join()`);
    assert.equal(text, "'a,spawnSync no-such-program ENOENT,3,execFileSync,3,true'");
  });
});
