// `cellgrad doctor` in an installation that lacks something: it names the part and why, and the command that mends it. npm
// keeps a broken package that has its folder, so that the command removes such a one first.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Installation } from "./broken-installation.js";
import { Workplace } from "./command.js";

interface Finding {
  name: string;
  status: string;
  detail: string;
  mend?: string;
}

describe("cellgrad doctor in a broken installation", function () {
  this.timeout(300_000);
  let installation: Installation;
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => {
    installation.remove();
    workplace.remove();
  });

  /** What is missing, by name; all else is found. */
  async function missing(status = "missing"): Promise<Record<string, Finding>> {
    const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      const options = { cwd: workplace.folder, env: workplace.env };
      execFile(process.execPath, [installation.mainFile, "doctor", "--json"], options, (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout, stderr }),
      );
    });
    assert.match(stdout, /^\{/, stderr);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    assert.equal(code, findings.some((finding) => finding.status === "missing") ? 1 : 0, stdout);
    const found = findings.filter((finding) => finding.status === status);
    return Object.fromEntries(found.map((finding) => [finding.name, finding]));
  }

  const install = () => {
    const skip = installation.kind === "package" ? " --onnxruntime-node-install=skip" : "";
    return `npm install --include=optional${skip} --prefix "${installation.project}"`;
  };
  const replace = (folder: string) =>
    `node -e "fs.rmSync('${folder.replaceAll("\\", "/")}', { recursive: true })" && ${install()}`;

  it("finds nothing to mend in a whole one", async () => {
    installation = new Installation("package");
    assert.deepEqual(await missing(), {});
  });

  for (const kind of ["clone", "package"] as const) {
    it(`names a package that a ${kind} has not`, async () => {
      installation = new Installation(kind);
      installation.take("tslab");
      const found = await missing();
      assert.deepEqual(Object.keys(found), ["tslab", "a cell"]);
      assert.deepEqual(found.tslab, { name: "tslab", status: "missing", detail: "not installed", mend: install() });
      assert.match(found["a cell"]?.detail ?? "", /^does not run: .*(tslab|worker)/s);
      assert.equal(found["a cell"]?.mend, install());
    });
  }

  it("says what the runtime of compiled steps is good for where it is not there", async () => {
    installation = new Installation("package");
    installation.take("onnxruntime-node");
    const { "onnxruntime-node": runtime } = await missing("optional");
    assert.equal(runtime?.detail, "not installed; without it training is slower");
    assert.equal(runtime?.mend, install());
  });

  it("names a package that is broken", async () => {
    installation = new Installation("package");
    installation.own("zeromq");
    writeFileSync(path.join(installation.package("zeromq"), "package.json"), "");
    const found = await missing();
    assert.deepEqual(Object.keys(found), ["zeromq", "ZeroMQ library", "a cell"]);
    assert.match(found.zeromq?.detail ?? "", /^broken: .*JSON/);
    for (const { mend } of Object.values(found)) assert.equal(mend, replace(installation.package("zeromq")));
  });

  it("names a ZeroMQ without its binary", async () => {
    installation = new Installation("package");
    installation.take("zeromq", "build");
    const found = await missing();
    assert.deepEqual(Object.keys(found), ["ZeroMQ library", "a cell"]);
    assert.match(found["ZeroMQ library"]?.detail ?? "", /^zeromq does not load on \w+ \w+: .*addon/);
    assert.equal(found["ZeroMQ library"]?.mend, replace(installation.package("zeromq")));
    assert.match(found["a cell"]?.detail ?? "", /does not run: ZeroMQ does not load/);
  });

  it("names a compiler without its executable", async () => {
    installation = new Installation("package");
    const platform = `@typescript/typescript-${process.platform}-${process.arch}`;
    installation.own("typescript");
    installation.own(platform);
    installation.take(platform, "lib");
    const broken = await missing();
    assert.deepEqual(Object.keys(broken), ["TypeScript compiler", "a cell"]);
    assert.equal(broken["TypeScript compiler"]?.mend, replace(installation.package(platform)));

    installation.take(platform);
    const absent = await missing();
    assert.deepEqual(Object.keys(absent), ["TypeScript compiler", "a cell"]);
    assert.match(
      absent["TypeScript compiler"]?.detail ?? "",
      /^the native compiler for .* does not run: Unable to resolve/,
    );
    assert.equal(absent["TypeScript compiler"]?.mend, install());
    assert.match(absent["a cell"]?.detail ?? "", /@typescript\/typescript-/);
  });

  it("says why the trial cell fails where all that it looks at is there", async () => {
    installation = new Installation("package");
    installation.take("magic-string");
    const found = await missing();
    assert.deepEqual(Object.keys(found), ["a cell"]);
    assert.match(found["a cell"]?.detail ?? "", /magic-string/);
    assert.equal(found["a cell"]?.mend, replace(installation.root));
  });

  it("says so where the worker does not start, without waiting for it", async () => {
    installation = new Installation("clone");
    rmSync(installation.file("dist", "kernel", "worker", "main.js"));
    const started = performance.now();
    const found = await missing();
    assert.deepEqual(Object.keys(found), ["a cell"]);
    assert.match(found["a cell"]?.detail ?? "", /does not run: .*worker/s);
    assert.equal(found["a cell"]?.mend, install());
    assert.ok(performance.now() - started < 50_000);
  });
});
