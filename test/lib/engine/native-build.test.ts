// What a build says when something is missing. The build itself takes TensorFlow and a minute: `npm run test:native`.
import * as assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildNativeBackend } from "../../../lib/engine/native-build.js";

describe("cellgrad backend build", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cellgrad-build-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A stand-in for Python that answers every script with one line. */
  function python(answer: unknown): string {
    const file = join(directory, "python");
    writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
    chmodSync(file, 0o755);
    return file;
  }

  if (process.platform !== "linux") {
    it("is for Linux", async () => {
      await assert.rejects(buildNativeBackend({ directory }), /cannot build the native backend on/);
    });
    return;
  }

  it("says which Python it could not run", async () => {
    await assert.rejects(
      buildNativeBackend({ python: join(directory, "none"), directory }),
      /cannot build the native backend without Python: .*none/,
    );
  });

  it("says how to install TensorFlow where a Python has none", async () => {
    await assert.rejects(
      buildNativeBackend({ python: python(null), directory }),
      /has no TensorFlow; .* -m pip install tensorflow-cpu/,
    );
  });

  it("says which library a TensorFlow lacks", async () => {
    const answer = { version: "2.4.0", directory };
    await assert.rejects(
      buildNativeBackend({ python: python(answer), directory }),
      /TensorFlow 2\.4\.0 .* has no libtensorflow_cc\.so\.2/,
    );
  });
});
