// The folder of releases as others see it: its state, a server that follows what is live, locks and drafts of processes that are gone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type * as tf from "@tensorflow/tfjs";
import { locked } from "../../../lib/deploy/directory-lock.js";
import { pipeline, promote, rollback, serve, status } from "../../../lib/deploy/index.js";
import { movePointer, readPointer } from "../../../lib/deploy/live-pointer.js";
import { wilson } from "../../../lib/deploy/wilson.js";
import { ready } from "../../../lib/engine/backend.js";
import { toTensor } from "../../../lib/transforms/index.js";
import { answered, pictureFile, upload } from "../serve/pictures.js";
import { cornerPicture, cornersModel, temporaryFolder } from "./corners.js";

const host = hostname().replaceAll(/[^A-Za-z0-9]/g, "_");

/** The number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("deploy: what is live", () => {
  let directory: string;
  let model: tf.LayersModel;
  const release = (promoted = true) =>
    pipeline({ model, gate: {}, directory, promote: promoted, transform: toTensor() });

  before(() => ready());
  beforeEach(() => {
    directory = temporaryFolder();
    model = cornersModel();
  });
  afterEach(() => {
    model.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  it("status says what there is, what is live and what is damaged", async () => {
    assert.match(String(await status(directory)), /^nothing is live yet\n[\s\S]*no releases in /);
    for (let i = 0; i < 3; i++) await release(i < 2);
    writeFileSync(join(directory, "v1", "labels.txt"), "other\n");
    mkdirSync(join(directory, "v10"));
    const state = await status(directory);
    assert.deepEqual(
      [state.live, state.previous, state.releases.map(({ version }) => version)],
      ["v2", ["v1"], ["v1", "v2", "v3", "v10"]],
    );
    assert.deepEqual(
      state.releases.map(({ isLive }) => isLive),
      [false, true, false, false],
    );
    const wrong = state.releases.map(({ damages }) => damages[0]);
    assert.match(wrong[0] ?? "", /^labels\.txt has 6 bytes instead of \d+$/);
    assert.deepEqual(wrong.slice(1, 3), [undefined, undefined]);
    assert.match(wrong[3] ?? "", /^invalid release; expected a folder with manifest\.json/);
    assert.match(
      String(state),
      /^v2 is live since .*\nversion +live +created[\s\S]*\nv2 +live +\d{4}-\d\d-\d\d [\d:]+ +v1 .* whole\n/,
    );
    await assert.rejects(
      status(join(directory, "none")),
      /^Error: invalid directory; expected a folder of releases that is there/,
    );
    writeFileSync(join(directory, "current"), "{");
    await assert.rejects(
      status(directory),
      /^Error: invalid directory; expected a folder whose file current says a version/,
    );
  });

  it("a server follows what is live, and keeps its version where that is damaged", async () => {
    await assert.rejects(serve({ directory }), /^Error: invalid directory; expected releases of which one is live/);
    await release();
    await release();
    const errors: string[] = [];
    const onError = ({ message }: Error) => errors.push(message);
    await using server = await serve({ directory, every: 50, onError });
    const ask = async () => {
      const { bytes, label } = cornerPicture(5);
      const answer = await answered(upload(server.url, [await pictureFile(bytes, [4, 4, 1])]).catch(assert.fail));
      assert.ok(answer.predictions[0] && "class" in answer.predictions[0] && answer.predictions[0].class === label);
      return answer.model.version;
    };
    const becomes = async (version: string) => {
      while (server.model.version !== version) await sleep(10);
      assert.equal(await ask(), version);
    };
    assert.equal(server.model.version, "v2");
    await rollback({ directory });
    await becomes("v1");
    await promote({ directory, version: "v2" });
    await becomes("v2");
    await release(false);
    // Somebody names a release by hand that is damaged.
    appendFileSync(join(directory, "v3", "model.onnx"), "x");
    await movePointer(directory, async (live) => ({ version: "v3", previous: live?.previous ?? [] }));
    while (errors.length === 0) await sleep(10);
    assert.match(errors[0] ?? "", /^invalid release v3; expected files as its manifest says/);
    assert.equal(server.model.version, "v2");
    await promote({ directory, version: "v1" });
    await becomes("v1");
    for (const [options, message] of [
      [{ directory, every: 1 }, /invalid every/],
      [
        { directory, model: "a.onnx" },
        /invalid options; expected options among directory, every, onError, port, .*: "model"$/,
      ],
      [{ directory, onError: 1 }, /invalid onError/],
      [{ directory, treads: 1 }, /did you mean threads/],
    ] as const)
      await assert.rejects(serve(options as never), message);
  });

  it("drafts, locks and half-written pointers of processes that are gone are no more than leftovers", async () => {
    await release();
    const dead = deadProcess();
    const left = join(directory, `.draft-${dead}-0-${host}.0123456789ab`);
    const ours = join(directory, `.draft-${process.pid}-0-${host}.0123456789ab`);
    const running = join(directory, `.draft-${process.ppid}-0-${host}.0123456789ab`);
    const elsewhere = join(directory, ".draft-1-0-anotherhost.0123456789ab");
    const longAgo = join(directory, ".draft-1-0-anotherhost.1123456789ab");
    for (const folder of [left, ours, running, elsewhere, longAgo]) {
      mkdirSync(folder);
      writeFileSync(join(folder, "model.onnx"), "half");
    }
    const old = new Date(Date.now() - 48 * 3600 * 1000);
    utimesSync(longAgo, old, old);
    writeFileSync(join(directory, ".lock"), `${dead}-0-${host} 0123456789ab`);
    writeFileSync(join(directory, ".current.0123456789ab.tmp"), '{"version":"v');
    const started = performance.now();
    const { live } = await release();
    assert.ok(performance.now() - started < 10_000);
    assert.equal(live, "v2");
    // What another process makes now, here or on another machine, is left alone.
    assert.deepEqual([left, ours, running, elsewhere, longAgo].map(existsSync), [false, false, true, true, false]);
    assert.deepEqual(
      readdirSync(directory)
        .filter((name) => !name.startsWith(".draft"))
        .sort(),
      ["current", "v1", "v2"],
    );
  });

  it("a lock lets one in at a time, and waits for whoever is alive", async () => {
    let [inside, most] = [0, 0];
    const work = () =>
      locked(directory, async () => {
        most = Math.max(most, ++inside);
        await sleep(5);
        inside--;
      });
    await Promise.all(Array.from({ length: 10 }, work));
    assert.equal(most, 1);
    await assert.rejects(
      locked(directory, async () => Promise.reject(new Error("inside"))),
      /inside/,
    );
    writeFileSync(join(directory, ".lock"), `${process.ppid}-0-${host} 0123456789ab`);
    let isIn = false;
    const waiting = locked(directory, async () => {
      isIn = true;
    });
    await sleep(300);
    assert.equal(isIn, false);
    rmSync(join(directory, ".lock"));
    await waiting;
    // One that its maker, on another machine, left long ago.
    writeFileSync(join(directory, ".lock"), "1-0-anotherhost 0123456789ab");
    const old = new Date(Date.now() - 20_000);
    utimesSync(join(directory, ".lock"), old, old);
    await work();
    assert.deepEqual(readdirSync(directory), []);
  });

  it("moves of the pointer at the same time all count", async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        movePointer(directory, async (live) => ({
          version: `v${i}`,
          previous: live ? [...live.previous, live.version] : [],
        })),
      ),
    );
    const { version = "", previous = [] } = (await readPointer(directory)) ?? {};
    assert.deepEqual([...previous, version].sort(), Array.from({ length: 20 }, (_, i) => `v${i}`).sort());
    assert.deepEqual(JSON.parse(readFileSync(join(directory, "current"), "utf8")), await readPointer(directory));
  });

  it("intervals of shares are scipy's", () => {
    // scipy 1.17.1: binomtest(right, samples).proportion_ci(method="wilson")
    const cases: [number, number, number, number][] = [
      [95, 100, 0.8882495307680809, 0.978456320845632],
      [5, 5, 0.5655175352168251, 1],
      [0, 7, 0, 0.35433043506668743],
      [3, 10, 0.10779126740630102, 0.6032218525388546],
      [9500, 10_000, 0.9455528841569758, 0.9541015173094152],
    ];
    for (const [right, samples, low, high] of cases) {
      const found = wilson(right, samples);
      assert.ok(Math.abs(found.low - low) < 1e-12 && Math.abs(found.high - high) < 1e-12, `${right} of ${samples}`);
    }
  });
});
