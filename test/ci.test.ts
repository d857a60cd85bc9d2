// What `.ci/run` makes of its layers, with stand-ins for npm and python3: it ends with the sum alone on a line, and a layer
// that dies, reports nothing or fails without a failing test counts as one failure.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../.ci/run", import.meta.url));

/** `report PASSED FAILED` writes what a layer's reporter does; `$layer` is test, jupyter, stores, browser or native. */
const npm = (behaviour: string) => `#!/usr/bin/env bash
if [ "$1" = install ]; then layer=install; elif [ "$1" = test ]; then layer=test; else layer=\${2#test:}; fi
file=test/artifacts/test-$layer.json; [ "$layer" = test ] && file=test/artifacts/test.json
report() { echo "{ \\"passed\\": $1, \\"failed\\": $2 }" > "$file"; }
case $layer in
${behaviour}
install) ;;
*) report 2 0 ;;
esac
`;

describe(".ci/run", function () {
  if (process.platform === "win32") return;
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "cellgrad-ci-"));
    mkdirSync(path.join(folder, ".ci"));
    mkdirSync(path.join(folder, "bin"));
    cpSync(script, path.join(folder, ".ci", "run"));
    for (const name of ["python3", "chromium", "mariadbd", "redis-server"]) program(name, "#!/bin/sh\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(name: string, text: string): void {
    writeFileSync(path.join(folder, "bin", name), text);
    chmodSync(path.join(folder, "bin", name), 0o755);
  }

  function run(behaviour: string, more: Record<string, string> = {}): { last: string; status: number | null } {
    program("npm", npm(behaviour));
    const PATH = [path.join(folder, "bin"), path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
    const { CELLGRAD_TEST_REPORT: _, CELLGRAD_CI_NATIVE: __, ...inherited } = process.env;
    const done = spawnSync("bash", [".ci/run"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...inherited, ...more, PATH },
    });
    return { last: done.stdout.trimEnd().split("\n").at(-1) ?? "", status: done.status };
  }

  for (const [what, behaviour, last, status] of [
    ["adds up what the layers report", "", "8 passed, 0 failed", 0],
    ["counts failing tests", "jupyter) report 1 2; exit 1 ;;", "7 passed, 2 failed", 1],
    ["counts a layer without its servers", "stores) report 0 3; exit 1 ;;", "6 passed, 3 failed", 1],
    ["counts a layer that is killed", "browser) kill -9 $$ ;;", "6 passed, 1 failed", 1],
    ["counts a layer that dies after its report", "jupyter) report 2 0; kill -9 $$ ;;", "8 passed, 1 failed", 1],
    ["counts a layer that reports nothing", "test) ;;", "6 passed, 1 failed", 1],
    ["counts a layer in which no test ran", "test) report 0 0 ;;", "6 passed, 1 failed", 1],
    ["counts a report that is broken", "jupyter) echo '{' > $file ;;", "6 passed, 1 failed", 1],
    ["ends where nothing can be installed", "install) exit 1 ;;", "0 passed, 1 failed", 1],
  ] as const) {
    it(what, () => assert.deepEqual(run(behaviour), { last, status }));
  }

  it("runs the native backend's layer where a variable asks for it", () => {
    const asked = { CELLGRAD_CI_NATIVE: "1", CXX: "true" };
    assert.deepEqual(run("native) report 5 1; exit 1 ;;", asked), { last: "13 passed, 1 failed", status: 1 });
    assert.deepEqual(run("native) report 5 1; exit 1 ;;"), { last: "8 passed, 0 failed", status: 0 });
  });

  it("ends a layer that hangs", () => {
    const file = path.join(folder, ".ci", "run");
    const text = String(spawnSync("sed", ["s/^layer_seconds=.*/layer_seconds=1/", file], { encoding: "utf8" }).stdout);
    writeFileSync(file, text);
    assert.deepEqual(run("browser) sleep 300 ;;"), { last: "6 passed, 1 failed", status: 1 });
  });
});
