// `cellgrad install`: the kernelspec lies where Jupyter looks for it and starts files that exist.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { mainFile, Workplace } from "./command.js";

describe("cellgrad install", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  it("writes a whole kernelspec below a prefix and says where", async () => {
    const { code, stdout, stderr } = await workplace.run(["install", "--prefix", "env"]);
    const folder = workplace.path("env", "share", "jupyter", "kernels", "cellgrad");
    assert.deepEqual([code, stdout, stderr], [0, `Installed the kernel "cellgrad" in ${folder}\n`, ""]);
    assert.deepEqual(readdirSync(folder).sort(), ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
    const spec = JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8"));
    assert.deepEqual(spec.argv, [process.execPath, mainFile, "kernel", "{connection_file}"]);
    assert.equal(spec.display_name, "TypeScript (cellgrad)");
    assert.equal(spec.language, "typescript");
    assert.equal(spec.interrupt_mode, "message");
    assert.ok(existsSync(spec.argv[1]));
    for (const [name, size] of [
      ["logo-32x32.png", 32],
      ["logo-64x64.png", 64],
    ] as const) {
      const png = readFileSync(path.join(folder, name));
      assert.equal(png.toString("latin1", 1, 4), "PNG");
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [size, size]);
    }
  });

  it("installs for the user by default", async () => {
    for (const args of [["install"], ["install", "--user"]]) {
      assert.equal((await workplace.run(args, { JUPYTER_DATA_DIR: workplace.path("own") })).code, 0);
      assert.ok(existsSync(workplace.path("own", "kernels", "cellgrad", "kernel.json")));
    }
  });

  it("takes a name, in lower case as Jupyter looks it up, and shows it", async () => {
    assert.equal((await workplace.run(["install", "--prefix", "env", "--name", "Nightly-2"])).code, 0);
    const file = workplace.path("env", "share", "jupyter", "kernels", "nightly-2", "kernel.json");
    assert.equal(JSON.parse(readFileSync(file, "utf8")).display_name, "TypeScript (nightly-2)");
  });

  for (const name of ["a b", "../x", "", "..", "é"]) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      const { code, stderr } = await workplace.run(["install", "--prefix", "env", "--name", name]);
      assert.equal(code, 2);
      assert.match(stderr, /^cellgrad: invalid name; expected letters, digits/);
      assert.ok(!existsSync(workplace.path("env")));
    });
  }

  it("asks the active Python where --sys-prefix is", async function () {
    if (process.platform === "win32") return this.timeout(0);
    mkdirSync(workplace.path("bin"));
    const python = {
      executable: "/x",
      version: "3.12.1",
      prefix: workplace.path("sys"),
      virtual: true,
      jupyterlab: null,
    };
    workplace.program("bin", "python3", `console.log(${JSON.stringify(JSON.stringify(python))})`);
    const { code, stderr } = await workplace.run(["install", "--sys-prefix"], { PATH: workplace.path("bin") });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok(existsSync(workplace.path("sys", "share", "jupyter", "kernels", "cellgrad", "kernel.json")));
  });

  it("says what to do without Python", async () => {
    const { code, stderr } = await workplace.run(["install", "--sys-prefix"], { PATH: workplace.folder });
    assert.equal(code, 3);
    assert.match(stderr, /found no Python 3 on the PATH\. .*use --user or --prefix DIR, which need none/);
  });

  it("says what to do where it may not write", async () => {
    writeFileSync(workplace.path("file"), "");
    const { code, stderr } = await workplace.run(["install", "--prefix", "file"]);
    assert.equal(code, 1);
    assert.match(stderr, /could not write the kernelspec below .*file.*Choose a folder that you may write to/s);
  });
});
