// What `npm pack` takes along: all that the commands need, and nothing that a build, a test or JupyterLab leaves beside it.
import assert from "node:assert/strict";
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../../kernel/cli/package-root.js";
import { Workplace } from "./command.js";

describe("the package", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  it("holds what the commands need, and nothing else", () => {
    const wanted = [
      "dist/kernel/cli/main.js",
      "dist/lib/index.js",
      "kernel/README.md",
      "kernel/cli/logo/logo-64x64.png",
      "kernel/cli/requirements-lab.txt",
      "lib/README.md",
      "notebooks/01-data-preprocessing.ipynb",
    ];
    const unwanted = [
      "dist/test/kernel/cli/package.test.js",
      "dist/.tsbuildinfo",
      "kernel/cli/main.ts",
      "notebooks/.ipynb_checkpoints/01-data-preprocessing-checkpoint.ipynb",
      "test/artifacts/01-launcher.png",
      ".venv/pyvenv.cfg",
    ];
    for (const file of [...wanted, ...unwanted]) {
      mkdirSync(path.dirname(workplace.path(file)), { recursive: true });
      writeFileSync(workplace.path(file), "");
    }
    const texts = ["package.json", "README.md", "LICENSE"];
    for (const file of texts) cpSync(path.join(packageRoot, file), workplace.path(file));
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: workplace.folder,
      encoding: "utf8",
      shell: process.platform === "win32",
      stdio: ["ignore", "pipe", "ignore"],
    };
    const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options));
    const files = (packed as { files: { path: string }[] }).files.map((file) => file.path);
    assert.deepEqual(files.sort(), [...wanted, ...texts].sort());
  });
});
