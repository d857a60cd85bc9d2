// `cellgrad lab` with a stand-in for Python: which environment it takes, what it starts, how it ends, and what it says
// where Python or the network is missing. The browser tests use the real JupyterLab.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CommandFailure } from "../../../kernel/cli/command-failure.js";
import { isClone, packageRoot } from "../../../kernel/cli/package-root.js";
import { firstAnswerMs } from "../../../kernel/cli/patience.js";
import { makeVirtualEnvironment } from "../../../kernel/cli/virtual-environment.js";
import { Workplace } from "./command.js";

/** Answers what cellgrad asks of Python: who it is, make an environment, install, start JupyterLab. */
const python = `
const fs = require("node:fs"), path = require("node:path"), http = require("node:http")
const bin = path.dirname(process.argv[1]), prefix = path.dirname(bin)
const [flag, what, ...rest] = process.argv.slice(2)
const behaviour = process.env.FAKE_PIP ?? "works"
fs.appendFileSync(process.env.FAKE_LOG, JSON.stringify([path.basename(prefix), flag, what.slice(0, 12), ...rest]) + "\\n")
if (flag === "-c") {
  const lab = path.join(prefix, "jupyterlab")
  console.log(JSON.stringify({ executable: process.argv[1], version: "3.12.1", prefix, virtual: false,
    jupyterlab: fs.existsSync(lab) ? fs.readFileSync(lab, "utf8") : null }))
} else if (what === "venv") {
  fs.mkdirSync(path.join(rest[0], "bin"), { recursive: true })
  fs.copyFileSync(process.argv[1], path.join(rest[0], "bin", "python"))
  fs.chmodSync(path.join(rest[0], "bin", "python"), 0o755)
} else if (what === "pip") {
  const works = () => { console.log("Downloading jupyterlab"), fs.writeFileSync(path.join(prefix, "jupyterlab"), "4.6.1") }
  if (behaviour === "hangs") {
    console.log("Collecting jupyterlab")
    setTimeout(() => console.error("WARNING: Retrying (Retry(total=2)) after connection broken by 'ConnectTimeoutError()'"), 100)
    setTimeout(() => {}, 600_000)
  } else if (behaviour === "slow") setTimeout(works, 1500)
  else if (behaviour === "fails") console.error("ERROR: No matching distribution found for jupyterlab"), process.exit(1)
  else works()
} else if (what === "jupyterlab") {
  if (process.env.FAKE_LAB === "breaks") { console.error("Bad config"); process.exit(1) }
  fs.writeFileSync(process.env.FAKE_LOG + ".env", JSON.stringify(process.env))
  const port = Number(/port=(\\d+)/.exec(rest.join(" "))[1])
  http.createServer((request, response) => response.end("{}")).listen(port, "127.0.0.1")
}
`;

describe("cellgrad lab", function () {
  if (process.platform === "win32") return;
  this.timeout(40_000);
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
    mkdirSync(workplace.path("system", "bin"), { recursive: true });
    workplace.program("system/bin", "python3", python);
  });
  afterEach(() => workplace.remove());

  const env = (more: Record<string, string> = {}) => ({
    PATH: workplace.path("system", "bin"),
    FAKE_LOG: workplace.path("log"),
    ...more,
  });

  /** What the stand-in was asked, oldest first. */
  const asked = () =>
    readFileSync(workplace.path("log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);

  const serverEnvironment = () => JSON.parse(readFileSync(workplace.path("log.env"), "utf8")) as Record<string, string>;

  async function startAndStop(args: string[], more: Record<string, string> = {}): Promise<string> {
    const started = workplace.start(["lab", "--no-browser", ...args], env(more));
    const [url] = await started.printed(/http:\/\/\S+/);
    started.child.kill("SIGINT");
    const { code, stderr } = await started.ended;
    assert.equal(code, 0, stderr);
    await assert.rejects(fetch(url), "JupyterLab is still there");
    return url;
  }

  it("makes an environment, once, registers the kernel in it, prints the address, ends on Ctrl-C", async () => {
    const url = new URL(await startAndStop(["."]));
    assert.equal(url.hostname, "127.0.0.1");
    assert.equal(url.pathname, "/lab");
    assert.match(url.searchParams.get("token") ?? "", /^[0-9a-f]{48}$/);
    assert.ok(existsSync(workplace.path("venv", "share", "jupyter", "kernels", "cellgrad", "kernel.json")));
    const server = asked().at(-1) ?? [];
    assert.deepEqual(server.slice(0, 3), ["venv", "-m", "jupyterlab"]);
    const kernel = "--MultiKernelManager.default_kernel_name=cellgrad";
    const folder = `--ServerApp.root_dir=${workplace.folder}`;
    for (const argument of ["--ServerApp.ip=127.0.0.1", folder, kernel, "--no-browser"]) {
      assert.ok(server.includes(argument), `${argument} in ${server}`);
    }
    const token = url.searchParams.get("token") ?? "";
    assert.ok(!server.join(" ").includes(token), "every user of the machine can read the token");
    assert.equal(serverEnvironment().JUPYTER_TOKEN, token);

    const before = asked().filter(([, , module]) => module === "pip").length;
    await startAndStop([]);
    assert.equal(asked().filter(([, , module]) => module === "pip").length, before, "it was installed twice");
    // Without a folder: a clone's notebooks, else where it was started.
    const opened = isClone() ? path.join(packageRoot, "notebooks") : workplace.folder;
    assert.ok(asked().at(-1)?.includes(`--ServerApp.root_dir=${opened}`), String(asked().at(-1)));
  });

  it("uses the PATH's JupyterLab as it is, with the kernel in a folder of our own", async () => {
    writeFileSync(workplace.path("system", "jupyterlab"), "4.4.0");
    mkdirSync(workplace.path("work"));
    await startAndStop([workplace.path("work")], { JUPYTER_PATH: "/before" });
    const { JUPYTER_PATH: searched = "" } = serverEnvironment();
    const [own = "", before] = searched.split(path.delimiter);
    assert.equal(before, "/before");
    assert.ok(existsSync(path.join(own, "kernels", "cellgrad", "kernel.json")));
    assert.ok(!existsSync(workplace.path("venv")));
    assert.ok(!existsSync(workplace.path("system", "share")), "it wrote into someone else's environment");
  });

  it("does not take a JupyterLab older than 4", async () => {
    writeFileSync(workplace.path("system", "jupyterlab"), "3.6.7");
    await startAndStop([]);
    assert.equal(asked().at(-1)?.[0], "venv");
  });

  it("makes an environment anew whose making was broken off", async () => {
    mkdirSync(workplace.path("venv", "bin"), { recursive: true });
    writeFileSync(workplace.path("venv", "cellgrad-installing"), "999999999");
    writeFileSync(workplace.path("venv", "rest"), "");
    await startAndStop([]);
    assert.ok(!existsSync(workplace.path("venv", "rest")));
    assert.ok(!existsSync(workplace.path("venv", "cellgrad-installing")));
  });

  it("waits for nobody: another cellgrad is installing", async () => {
    mkdirSync(workplace.path("venv"));
    writeFileSync(workplace.path("venv", "cellgrad-installing"), String(process.pid));
    const { code, stderr } = await workplace.run(["lab"], env());
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`another cellgrad \\(process ${process.pid}\\) is installing JupyterLab`));
  });

  it("says that PyPI has no JupyterLab, and how to go on", async () => {
    const { code, stderr } = await workplace.run(["lab"], env({ FAKE_PIP: "fails" }));
    assert.equal(code, 3);
    assert.match(stderr, /could not get JupyterLab from PyPI\./);
    assert.match(stderr, /No matching distribution/);
    assert.match(stderr, /main\.js run NOTEBOOK\.ipynb/);
    assert.ok(!existsSync(workplace.path("venv")));
  });

  /** With a patience that fits a test; the stand-in then runs with this process's environment. */
  async function makeWithin(
    answerWithinMs: number,
    pip: string,
    say: (line: string) => void = () => {},
  ): Promise<void> {
    const before = { ...process.env };
    Object.assign(process.env, env({ FAKE_PIP: pip }));
    try {
      const { signal } = new AbortController();
      const installation = { requirements: "r.txt", instead: "use run", say, answerWithinMs, signal };
      await makeVirtualEnvironment(workplace.path("venv"), installation);
    } finally {
      process.env = before;
    }
  }

  it("does not wait longer than 20 s for a network that does not answer", async () => {
    assert.ok(firstAnswerMs < 20_000);
    // Its first failed attempt comes before the deadline, or after it.
    for (const patience of [1500, 1]) {
      await assert.rejects(
        makeWithin(patience, "hangs"),
        (error) =>
          error instanceof CommandFailure &&
          error.exitCode === 3 &&
          /could not get JupyterLab from PyPI: no answer\..*or use run\.$/s.test(error.message),
      );
      assert.ok(!existsSync(workplace.path("venv")));
    }
  });

  it("does not take a slow machine for a missing network: says how to go on, and waits", async () => {
    const said: string[] = [];
    await makeWithin(300, "slow", (line) => said.push(line));
    assert.match(said.join("\n"), /^JupyterLab has not come yet.*still waiting.*use run\.$/ms);
    assert.ok(existsSync(workplace.path("venv", "jupyterlab")));
    assert.ok(!existsSync(workplace.path("venv", "cellgrad-installing")));
  });

  it("says that there is no Python, and how to go on", async () => {
    const { code, stderr } = await workplace.run(["lab"], { PATH: workplace.folder });
    assert.equal(code, 3);
    assert.match(stderr, /found no Python 3 on the PATH.*main\.js run NOTEBOOK\.ipynb/s);
  });

  it("removes what it began when it is stopped while installing", async () => {
    const started = workplace.start(["lab"], env({ FAKE_PIP: "hangs" }));
    await started.printed(/Installing JupyterLab/);
    started.child.kill("SIGINT");
    assert.equal((await started.ended).code, 130);
    assert.ok(!existsSync(workplace.path("venv")));
  });

  it("reports a JupyterLab that does not start", async () => {
    const { code, stderr } = await workplace.run(["lab"], env({ FAKE_LAB: "breaks" }));
    assert.equal(code, 1);
    assert.match(stderr, /Bad config/);
    assert.match(stderr, /JupyterLab ended with exit code 1/);
  });

  it("refuses a folder that is none and a port that is taken", async () => {
    const absent = await workplace.run(["lab", workplace.path("absent")], env());
    assert.equal(absent.code, 2);
    assert.match(absent.stderr, /invalid dir; expected a folder that exists/);
    const first = workplace.start(["lab", "--no-browser"], env());
    const [, port = ""] = await first.printed(/127\.0\.0\.1:(\d+)/);
    const second = await workplace.run(["lab", "--port", port], env());
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`port ${port} is taken`));
    first.child.kill("SIGINT");
    await first.ended;
  });
});
