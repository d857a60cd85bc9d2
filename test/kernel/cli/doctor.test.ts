// `cellgrad doctor`: what is here, what is not, and the command that mends it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mainFile, Workplace } from "./command.js";

interface Finding {
  name: string;
  status: string;
  detail: string;
  mend?: string;
}

describe("cellgrad doctor", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  async function findings(
    env: Record<string, string> = {},
  ): Promise<{ code: number | null; of(name: string): Finding }> {
    const { code, stdout } = await workplace.run(["doctor", "--json"], env);
    const all = (JSON.parse(stdout) as { findings: Finding[] }).findings;
    return {
      code,
      of(name) {
        const found = all.find((finding) => finding.name === name);
        assert.ok(found, `no ${name} in ${stdout}`);
        return found;
      },
    };
  }

  it("finds everything that a cell needs, with versions", async () => {
    const { code, of } = await findings();
    assert.equal(code, 0);
    assert.equal(of("tslab").detail, "1.0.22");
    for (const name of ["cellgrad", "node", "typescript", "zeromq", "@tensorflow/tfjs", "ZeroMQ library"]) {
      assert.equal(of(name).status, "ok");
      assert.match(of(name).detail, /^\d+\.\d+/);
    }
    assert.match(of("TypeScript compiler").detail, /^7\./);
    assert.equal(of("a cell").status, "ok", of("a cell").detail);
  });

  it("does without Python, and says what that takes away", async () => {
    const { code, of } = await findings({ PATH: workplace.folder });
    assert.equal(code, 0);
    assert.equal(of("Python").status, "optional");
    assert.match(of("Python").mend ?? "", /install Python 3/);
    assert.equal(of("npm").status, "optional");
    assert.equal(of("JupyterLab").status, "optional");
    assert.equal(of("kernelspec").mend, `node ${mainFile} install`);
  });

  it("finds a kernelspec, and one that starts a file that is gone", async () => {
    assert.equal((await workplace.run(["install", "--user", "--name", "mine"])).code, 0);
    const sound = await findings();
    assert.deepEqual([sound.code, sound.of("kernelspec mine").status], [0, "ok"]);
    const file = `${sound.of("kernelspec mine").detail}/kernel.json`;
    writeFileSync(file, readFileSync(file, "utf8").replace("main.js", "gone.js"));
    const broken = await findings();
    assert.deepEqual([broken.code, broken.of("kernelspec mine").status], [1, "missing"]);
    assert.match(broken.of("kernelspec mine").detail, /gone\.js/);
    assert.equal(broken.of("kernelspec mine").mend, `node ${mainFile} install --user --name mine`);
  });

  it("prints a table for people", async () => {
    const { code, stdout } = await workplace.run(["doctor"]);
    assert.equal(code, 0);
    assert.match(stdout, /^ok {2}tslab +1\.0\.22$/m);
    assert.match(stdout, /Everything that a cell needs is here\.\n$/);
  });
});
