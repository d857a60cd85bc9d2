// `npm run test:native`: builds the native backend against tensorflow-cpu from PyPI, in a virtual environment, and runs
// the engine's tests on it, those of the compiled step, and those that compare compiled steps with it. Arguments go to
// mocha. What was installed is kept for the next run in $CELLGRAD_TEST_NATIVE, else in a temporary folder that is removed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildNativeBackend } from "../../lib/engine/native-build.js";

const TENSORFLOW = "tensorflow-cpu==2.21.0";

const kept = process.env.CELLGRAD_TEST_NATIVE;
const directory = kept ?? mkdtempSync(join(tmpdir(), "cellgrad-native-"));
const seconds: Record<string, number> = {};

function timed<T>(name: string, work: () => T): T {
  const started = performance.now();
  const result = work();
  seconds[name] = Math.round((performance.now() - started) / 100) / 10;
  return result;
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): number {
  const { status, signal, error } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  if (error !== undefined) throw error;
  // A crash inside TensorFlow leaves no message of its own.
  if (signal !== null) console.error(`${command} was ended by ${signal}: a crash, counted as a failure`);
  return status ?? 1;
}

// A crash leaves no report, and must not leave an older one either.
const report = process.env.CELLGRAD_TEST_REPORT;
if (report !== undefined) rmSync(report, { force: true });

try {
  const python = join(directory, "venv", "bin", "python");
  timed("pip install", () => {
    if (existsSync(python)) return;
    if (run(process.env.PYTHON ?? "python3", ["-m", "venv", join(directory, "venv")]) !== 0)
      throw new Error("cannot make a virtual environment");
    if (run(python, ["-m", "pip", "install", "--quiet", TENSORFLOW]) !== 0)
      throw new Error(`cannot install ${TENSORFLOW}`);
  });
  const native = join(directory, "native");
  const build = await buildNativeBackend({ python, directory: native, log: console.log });
  seconds.build = Math.round(build.seconds * 10) / 10;
  const mocha = join(dirname(createRequire(import.meta.url).resolve("mocha/package.json")), "bin", "mocha.js");
  const reporter = fileURLToPath(new URL("../../../test/count-reporter.cjs", import.meta.url));
  const options = ["--no-config", "--timeout", "120000", "--reporter", reporter, "--forbid-pending"];
  const tests = ["../lib/engine/*.test.js", "../lib/engine/jit/compile.test.js", "./*.test.js"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const status = timed("tests", () =>
    run(process.execPath, [mocha, ...options, ...tests, ...process.argv.slice(2)], {
      CELLGRAD_BACKEND: "tensorflow",
      CELLGRAD_THREADS: process.env.CELLGRAD_THREADS ?? "1", // as in .mocharc.cjs
      CELLGRAD_NATIVE_DIRECTORY: native,
    }),
  );
  console.log(`TensorFlow ${build.tensorflow}; seconds: ${JSON.stringify(seconds)}`);
  process.exitCode = status;
} finally {
  if (kept === undefined) rmSync(directory, { recursive: true, force: true });
}
