// Killed at any moment (kill -9), the folder of releases has no half release, the pointer names one that is whole, what was acknowledged is
// there, and the next start removes what was left.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pipeline, promote, status } from "../../../lib/deploy/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { SplitMix32 } from "../../../lib/engine/random.js";
import { toTensor } from "../../../lib/transforms/index.js";
import { cornersModel, temporaryFolder } from "./corners.js";

const script = fileURLToPath(new URL("./killed-pipeline.js", import.meta.url));

/** Kills the process some milliseconds after it has said so many lines, or when `moment` says so; the whole lines that it said. */
async function killed(
  directory: string,
  what: string,
  lines: number,
  moment: number | (() => boolean),
): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [script, directory, what], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout?.on("data", (part: Buffer) => {
    text += part.toString();
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  // The first line says that it begins.
  while (text.split("\n").length < lines + 2) await sleep(1);
  if (typeof moment === "number") await sleep(moment);
  else while (!moment()) await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGKILL");
  await ended;
  return text.split("\n").slice(1, -1);
}

describe("deploy: kill -9", () => {
  let directory: string;
  const random = new SplitMix32(11);
  const release = async (promoted: boolean) => {
    const model = cornersModel();
    try {
      return await pipeline({ model, gate: {}, directory, promote: promoted, transform: toTensor() });
    } finally {
      model.dispose();
    }
  };
  const drafts = () => readdirSync(directory).filter((name) => name.startsWith(".draft-"));

  before(() => ready());
  beforeEach(() => {
    directory = temporaryFolder();
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("while a release is made: it is there as a whole or not at all, and those before it stay", async () => {
    await release(true);
    const acknowledged = new Set<string>(["v1"]);
    let halfMade = 0;
    const isExporting = () => drafts().some((name) => readdirSync(join(directory, name)).includes("model.onnx"));
    // Also in the middle of an export, which a time alone may miss.
    const moments: (number | (() => boolean))[] = [
      ...Array.from({ length: 5 }, () => random.below(700)),
      isExporting,
      isExporting,
    ];
    for (const moment of moments) {
      for (const line of await killed(directory, "release", 0, moment)) acknowledged.add(line.replace("released ", ""));
      const { live, releases } = await status(directory);
      assert.equal(live, "v1");
      for (const { version, damages } of releases) assert.deepEqual(damages, [], version);
      const there = releases.map(({ version }) => version);
      assert.deepEqual(
        [...acknowledged].filter((version) => !there.includes(version)),
        [],
      );
      halfMade += drafts().length > 0 ? 1 : 0;
    }
    assert.ok(halfMade >= 2, `${halfMade} of ${moments.length} left something`);
    const before = (await status(directory)).releases.length;
    const { live } = await release(true);
    assert.equal(live, `v${before + 1}`);
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.startsWith(".")),
      [],
    );
  });

  it("while the pointer moves: it names what was acknowledged last, or what came next", async () => {
    for (let i = 0; i < 2; i++) await release(true);
    // promote v1, promote v2, rollback to v1, and again.
    const order = ["live v1", "live v2", "live v1"];
    let changes = 0;
    for (let i = 0; i < 8; i++) {
      await promote({ directory, version: "v2" });
      const said = await killed(directory, "promote", i, random.below(30));
      changes += said.length;
      assert.deepEqual(
        said,
        said.map((_, k) => order[k % order.length]),
      );
      const text = readFileSync(join(directory, "current"), "utf8");
      const { version } = JSON.parse(text) as { version: string };
      const [last, next] = [said.at(-1) ?? "live v2", order[said.length % order.length]];
      assert.ok([last, next].includes(`live ${version}`), `${version} after ${last}`);
      const state = await status(directory);
      assert.deepEqual(
        state.releases.flatMap(({ damages }) => damages),
        [],
      );
      const started = performance.now();
      await promote({ directory, version: version === "v1" ? "v2" : "v1" });
      assert.ok(performance.now() - started < 5000);
    }
    assert.ok(changes >= 28, `${changes} changes`);
    assert.deepEqual(readdirSync(directory).sort(), ["current", "v1", "v2"]);
  });
});
