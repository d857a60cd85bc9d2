// The ways in which a worker ends, as WorkerProcess names them; and that it never outlives the session.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { WorkerClient } from "./worker-client.js";

const posix = process.platform !== "win32";

describe("worker: exit", () => {
  const ways: [title: string, code: string, kind: string, description: RegExp][] = [
    ["process.exit(3)", "\n  process.exit(3)", "exit", /^process\.exit\(3\) was called in Cell \[1\], line 2:\d+$/],
    [
      "process.exit() in a timer",
      "setTimeout(() => process.exit(), 1)",
      "exit",
      /^process\.exit\(\) was called in Cell \[1\]/,
    ],
    [
      "process.abort()",
      "process.abort()",
      "crash",
      posix ? /^process\.abort\(\) was called in Cell \[1\].*SIGABRT/ : /abort/,
    ],
    ["a wrong exit code", "process.reallyExit(9)", "crash", /exit code 9/],
  ];
  if (posix) {
    ways.push(
      ["a segfault", "process.kill(process.pid, 'SIGSEGV'); for (;;) {}", "crash", /SIGSEGV/],
      ["SIGKILL", "process.kill(process.pid, 'SIGKILL'); for (;;) {}", "memory", /SIGKILL/],
    );
  }
  for (const [title, code, kind, description] of ways) {
    it(`by ${title} is named, and what was printed before is there`, async () => {
      const client = await WorkerClient.start();
      const { cell } = client.start(`console.log('before'); ${code}`);
      const reason = await client.exited;
      assert.equal(reason.kind, kind, reason.description);
      assert.match(reason.description, description);
      assert.equal(client.outputOf(cell), "before\n");
      await client.close();
    });
  }

  it("by running out of memory is named, without V8's own report", async () => {
    const client = await WorkerClient.start({ NODE_OPTIONS: "--max-old-space-size=64" });
    client.start("const hog = []; for (;;) hog.push(new Array(1e5).fill(hog.length / 3))");
    const { kind, description } = await client.exited;
    assert.equal(kind, "memory");
    assert.match(description, /out of memory.*--max-old-space-size/);
    assert.doesNotMatch(client.raw.stderr, /GC|Native stack trace/);
    await client.close();
  });

  it("runs the exit handlers of user code on an orderly stop", async () => {
    const client = await WorkerClient.start();
    await client.run("process.on('exit', (code) => require('node:fs').writeSync(1, 'bye ' + code))");
    await client.close();
    assert.equal((await client.exited).kind, "shutdown");
    assert.equal(client.raw.stdout, "bye 0");
  });

  it("of a worker that spins is forced", async () => {
    const client = await WorkerClient.start();
    const { cell } = client.start("console.log('on'); for (;;) {}");
    await client.printed(cell, "on");
    await client.close();
    assert.equal((await client.exited).kind, "shutdown");
  });

  it("happens without a word when nobody looks", async () => {
    const client = await WorkerClient.start();
    await client.close();
    await client.close();
    assert.equal(client.raw.stdout + client.raw.stderr, "");
  });

  for (const [state, code] of [
    ["idle", ""],
    ["in a loop", "for (;;) {}"],
    ["in a call that blocks", "require('node:child_process').execSync('sleep 60')"],
  ] as const) {
    it(`follows the session's death, ${state}`, async () => {
      // A session of its own, which is killed.
      const script = [
        `import { WorkerClient } from ${JSON.stringify(new URL("./worker-client.js", import.meta.url).href)};`,
        "const client = await WorkerClient.start();",
        `const { cell } = client.start(${JSON.stringify(`console.log('on'); ${code}`)});`,
        "await client.printed(cell, 'on');",
        "console.log(client.worker.pid);",
        "setInterval(() => {}, 1e6);",
      ].join("\n");
      const session = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [pid] = (await once(session.stdout, "data")) as [Buffer];
      session.kill("SIGKILL");
      await gone(Number(pid));
    });
  }

  it("comes at once where there is no such folder", async () => {
    const { WorkerProcess } = await import("../../../kernel/session/worker-process.js");
    const directory = fileURLToPath(new URL("./no/such/folder", import.meta.url));
    const reason = await new Promise<{ kind: string; description: string }>((exit) => {
      const worker = WorkerProcess.start({ directory, events: { message() {}, output() {}, exit } });
      worker.ready.catch(() => {});
    });
    assert.equal(reason.kind, "crash");
    assert.match(reason.description, /could not be started/);
  });
});

/** Resolves when there is no such process any more. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
