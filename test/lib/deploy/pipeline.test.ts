// From a model to a release that is live: what is in the folder, what a gate refuses and by how much, what is wrong input, how it shows itself.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { Deployment, PipelineOptions } from "../../../lib/deploy/index.js";
import { removeOld } from "../../../lib/deploy/old-releases.js";
import { ReleaseStore } from "../../../lib/deploy/release-store.js";
import { ready } from "../../../lib/engine/backend.js";
import * as ml from "../../../lib/index.js";
import { answersOf } from "../serve/model-files.js";
import { classNames, cornerPicture, cornersModel, cornersTest, temporaryFolder } from "./corners.js";

const { pipeline, promote, rollback } = ml.deploy;

const json = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

describe("deploy: pipeline", () => {
  let directory: string;
  let model: tf.LayersModel;
  const test = cornersTest();
  const run = (options: Partial<PipelineOptions> = {}): Promise<Deployment> =>
    pipeline({ model, gate: {}, directory, test, ...options });
  const refusal = async (options: Partial<PipelineOptions>) => {
    const { status, failures, stages, release } = await run(options);
    assert.deepEqual([status, release, stages.at(-1)?.outcome], ["refused", undefined, "refused"]);
    return failures;
  };

  before(() => ready());
  beforeEach(() => {
    directory = temporaryFolder();
    model = cornersModel();
  });
  afterEach(() => {
    model.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  it("makes a release that is live, with all that belongs to it", async () => {
    const seen: string[] = [];
    const gate = { accuracy: 0.95, latency: 1000, size: 10_000, drift: 0.01, accuracyDrop: 0 };
    const done = await run({ gate, onStage: ({ name, outcome }) => seen.push(`${name} ${outcome}`) });
    assert.deepEqual([done.status, done.live, done.failures], ["promoted", "v1", []]);
    assert.deepEqual(
      done.checks.filter(({ value }) => value === undefined).map(({ text }) => text),
      ["no live release whose accuracy is known", "no live release whose predictions are known"],
    );
    assert.deepEqual(seen, [
      "gate passed",
      "export passed",
      "verify passed",
      "release passed",
      "canary skipped",
      "promote passed",
    ]);
    const folder = join(directory, "v1");
    assert.deepEqual(readdirSync(directory).sort(), ["current", "v1"]);
    const { version, files, parent, created, metrics, input, output, ...rest } =
      done.release?.manifest ?? assert.fail();
    assert.deepEqual(json(join(folder, "manifest.json")), done.release?.manifest);
    assert.deepEqual([version, parent, rest], ["v1", null, { format: 1, outputs: "scores", classNames }]);
    assert.ok(Math.abs(Date.parse(created) - Date.now()) < 60_000);
    assert.deepEqual([input.type, input.shape.slice(1), output.shape.slice(1)], ["uint8", [4, 4, 1], [4]]);
    assert.deepEqual(Object.keys(files), [
      "labels.txt",
      "metrics.json",
      "model.onnx",
      "reference.json",
      "transform.json",
    ]);
    for (const [name, { bytes, sha256 }] of Object.entries(files)) {
      const content = readFileSync(join(folder, name));
      assert.deepEqual([content.length, createHash("sha256").update(content).digest("hex")], [bytes, sha256], name);
    }
    assert.deepEqual(json(join(folder, "metrics.json")), metrics);
    // Wilson's interval of 400 right answers of 400, as scipy has it.
    assert.equal(metrics.accuracy?.value, 1);
    assert.ok(Math.abs((metrics.accuracy?.low ?? 0) - 0.990_488_4) < 1e-6, `${metrics.accuracy?.low}`);
    assert.ok(metrics.latency.p95 >= metrics.latency.median && metrics.latency.median > 0);
    assert.ok((metrics.maxDifference ?? 1) < 1e-4);
    assert.deepEqual(json(join(folder, "transform.json")), { transform: "toTensor" });
    assert.equal(readFileSync(join(folder, "labels.txt"), "utf8"), `${classNames.join("\n")}\n`);
    assert.equal((json(join(directory, "current")) as { version: string }).version, "v1");
    // The transform of the test data is part of it.
    const { bytes, label } = cornerPicture(77);
    const scores = await answersOf(join(folder, "model.onnx"), "uint8", bytes, [1, 4, 4, 1]);
    assert.equal(scores.indexOf(Math.max(...scores)), label);
  });

  it("refuses as a result that says by how much, and leaves nothing", async () => {
    const [accuracy] = await refusal({ gate: { accuracy: 0.995 } });
    assert.equal(accuracy?.name, "accuracy");
    // All 400 are right, but that shows no more than 99.05 %.
    assert.ok(
      Math.abs((accuracy?.value ?? 0) - 0.990_488_4) < 1e-6 && Math.abs((accuracy?.excess ?? 0) - 0.004_511_6) < 1e-6,
    );
    assert.match(
      accuracy?.text ?? "",
      /^lower end of the 95 % interval of accuracy 100\.00 % on 400 samples: 99\.05 %, at least 99\.50 % \(0\.451 points are missing\)$/,
    );
    assert.deepEqual(readdirSync(directory), []);
    assert.equal((await run({ gate: { accuracy: 0.995, accuracyBy: "value" }, promote: false })).status, "released");
    const [size, latency] = await refusal({ gate: { size: 100, latency: 1e-6 } });
    assert.equal(size?.value, (size?.limit ?? 0) + (size?.excess ?? 0));
    assert.match(size?.text ?? "", /^model\.onnx has [\d,]+ bytes, at most 100 bytes \([\d,]+ bytes too much\)$/);
    assert.ok(latency && latency.name === "latency" && latency.excess > 0);
    assert.deepEqual(readdirSync(directory), ["v1"]);
  });

  it("compares with the live release: accuracy and predictions", async () => {
    await run();
    const biased = cornersModel({ bias: 1.2 });
    try {
      const failures = await refusal({ model: biased, gate: { accuracyDrop: 0.01, drift: 0.01 } });
      assert.deepEqual(
        failures.map(({ name }) => name),
        ["accuracyDrop", "drift"],
      );
      for (const { excess, value, limit } of failures)
        assert.ok(Math.abs((value ?? 0) - limit - excess) < 1e-9 && excess > 0);
      assert.match(failures[1]?.text ?? "", /^the (class|confidence) of predictions drifted/);
      const kept = await run({ gate: { accuracyDrop: 0, drift: 0.01 } });
      assert.deepEqual([kept.status, kept.live, kept.release?.manifest.parent], ["promoted", "v2", "v1"]);
    } finally {
      biased.dispose();
    }
  });

  it("takes what ml.evaluate was last given, and a file that was exported already", async () => {
    const shy = cornersModel();
    await assert.rejects(
      pipeline({ model: shy, gate: { accuracy: 0.9 }, directory }),
      /^Error: invalid test; expected labelled data, since the gate asks/,
    );
    await ml.evaluate(shy, test);
    assert.equal((await pipeline({ model: shy, gate: { accuracy: 0.9 }, directory })).status, "promoted");
    shy.dispose();
    const file = join(directory, "v1", "model.onnx");
    await assert.rejects(
      run({ model: file, gate: { accuracy: 0.9 } }),
      /^Error: invalid test; expected whole numbers \(uint8\)/,
    );
    const plain = ml.data.loader(test.dataset, { batchSize: 64 });
    chmodSync(file, 0o444);
    const done = await run({ model: file, gate: { accuracy: 0.95, accuracyDrop: 0, drift: 0.01 }, test: plain });
    assert.deepEqual([done.status, done.live, done.checks.length], ["promoted", "v2", 3]);
    assert.deepEqual(readFileSync(done.release?.model ?? ""), readFileSync(file));
    assert.deepEqual(done.release?.manifest.classNames, classNames);
    assert.notEqual(statSync(done.release?.model ?? "").mode & 0o200, 0);
    assert.deepEqual((await ml.deploy.pipeline({ model: file, gate: {}, directory })).stages[0]?.outcome, "skipped");
  });

  it("rolls back, further with each call, and promotes again; nothing that is damaged", async () => {
    for (let i = 0; i < 3; i++) await run({ test: test });
    const back = await rollback({ directory });
    assert.deepEqual([back.kind, back.from, back.to], ["rolled back", "v3", "v2"]);
    assert.ok(back.milliseconds < 5000);
    assert.equal((await rollback({ directory })).to, "v1");
    await assert.rejects(
      rollback({ directory }),
      /^Error: invalid directory; expected releases of which one was live before/,
    );
    assert.equal(
      String(await promote({ directory, version: "v3" })).replace(/in .* s/, "in s"),
      "promoted in s: v3 is live, v1 was",
    );
    await assert.rejects(
      rollback({ directory, version: "v2" }),
      /^Error: invalid version; expected one that was live before: v1: "v2"$/,
    );
    appendFileSync(join(directory, "v2", "labels.txt"), "x");
    await assert.rejects(
      promote({ directory, version: "v2" }),
      /^Error: invalid release v2; expected files as its manifest says: "labels\.txt has \d+ bytes instead of \d+"$/,
    );
    const model1 = join(directory, "v1", "model.onnx");
    const bytes = readFileSync(model1);
    bytes[bytes.length - 1] = 1 + (bytes.at(-1) ?? 0);
    writeFileSync(model1, bytes);
    await assert.rejects(rollback({ directory }), /model\.onnx has another SHA-256/);
    rmSync(model1);
    await assert.rejects(rollback({ directory }), /model\.onnx can't be read/);
    assert.equal((json(join(directory, "current")) as { version: string }).version, "v3");
    await assert.rejects(
      promote({ directory, version: "v9" }),
      /^Error: invalid release; expected a folder with manifest\.json/,
    );
  });

  it("names releases in turn, also of pipelines at the same time", async () => {
    await run({ version: "2026-11" });
    await assert.rejects(
      run({ version: "2026-11" }),
      /^Error: invalid version; expected one that is not in .* yet: "2026-11"$/,
    );
    const all = await Promise.all(Array.from({ length: 4 }, () => run({ promote: false })));
    assert.deepEqual(all.map(({ release }) => release?.version).sort(), ["v1", "v2", "v3", "v4"]);
    assert.equal(all[0]?.live, "2026-11");
    assert.deepEqual(readdirSync(directory).sort(), ["2026-11", "current", "v1", "v2", "v3", "v4"]);
  });

  it("throws for wrong input, and leaves nothing of what it began", async () => {
    const regression = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    const twoInputs = (() => {
      const [a, b] = [tf.input({ shape: [2] }), tf.input({ shape: [2] })];
      return tf.model({ inputs: [a, b], outputs: tf.layers.add().apply([a, b]) as tf.SymbolicTensor });
    })();
    const plainFile = join(directory, "a file");
    writeFileSync(plainFile, "");
    const none = { test: undefined } as unknown as Partial<PipelineOptions>;
    const cases: [Partial<PipelineOptions>, RegExp][] = [
      [{ gate: undefined as never }, /^invalid gate; expected an object with accuracy/],
      [{ gate: { acuracy: 1 } as object }, /did you mean accuracy\?/],
      [{ gate: { accuracy: 1 } }, /^invalid gate\.accuracy; expected a number in \(0, 1\): 1/],
      [{ gate: { size: 0 } }, /^invalid gate\.size/],
      [{ gate: { drift: 0.9 } }, /^invalid gate\.drift/],
      [{ model: {} as never }, /^invalid model; expected a tf\.LayersModel, or the path of an ONNX file/],
      [{ model: join(directory, "none.onnx") }, /^invalid model; expected an ONNX file that can be read/],
      [
        { model: join(directory, "none.onnx"), classNames: ["a"] },
        /^invalid classNames; expected none, since model is a file/,
      ],
      [{ directory: "" }, /^invalid directory/],
      [{ directory: join(plainFile, "x") }, /^invalid directory; expected a folder that can be made/],
      [{ version: "../v1" }, /^invalid version/],
      [{ version: "CURRENT" }, /^invalid version/],
      [{ version: "nul.1" }, /^invalid version/],
      [{ server: {} as never }, /^invalid server/],
      [
        { canary: { requests: 10 } },
        /^invalid canary\.requests; expected so many that full agreement can show 0\.9: 10/,
      ],
      [{ canary: { reqests: 10 } as object }, /did you mean requests/],
      [{ onStage: 1 as never }, /^invalid onStage/],
      [{ tolerance: -1 }, /^invalid tolerance/],
      [{ classNames: ["a"] }, /^invalid classNames; expected 4 names/],
      [{ test: cornersTest(5), gate: { drift: 0.01 } }, /^invalid test; expected at least 10 samples/],
      [{ ...none, model: twoInputs }, /^invalid model; expected a model with one input/],
      [{ model: regression }, /^invalid batches/],
    ];
    for (const [options, message] of cases)
      await assert.rejects(run(options), (error: Error) => message.test(error.message) || assert.fail(error));
    assert.deepEqual(readdirSync(directory), ["a file"]);
    assert.ok(!existsSync(join(directory, "current")));
    const values = await run({ ...none, model: regression });
    assert.deepEqual(
      [values.status, values.release?.manifest.outputs, values.release?.manifest.classNames],
      ["promoted", "values", null],
    );
    for (const one of [regression, twoInputs]) one.dispose();
  });

  it("leaves no tensor", async () => {
    const before = tf.memory().numTensors;
    await run({ gate: { accuracy: 0.9 } });
    await refusal({ gate: { accuracy: 0.999 } });
    assert.equal(tf.memory().numTensors, before);
  });

  it("shows itself: a timeline as chart, picture and table", async () => {
    const done = await run({ gate: { accuracy: 0.9 } });
    const bundle =
      (await (done as unknown as Record<symbol, () => Promise<Record<string, unknown>>>)[
        Symbol.for("Jupyter.display")
      ]?.()) ?? {};
    assert.deepEqual(Object.keys(bundle).sort(), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    assert.match(
      String(bundle["text/plain"]),
      /^v1 is live \([\d.]+ m?s\)\nstage +outcome +time {2}what\ngate +passed +[\d.]+ m?s {2}accuracy 100\.0 %/,
    );
    assert.deepEqual(done.chart.data, done.stages);
    assert.deepEqual(
      done.table.cells.map(([stage]) => stage),
      ["gate", "export", "verify", "release", "canary", "promote"],
    );
    assert.match(await done.chart.toSVG(), />promote</);
    const refused = await run({ gate: { size: 1 } });
    assert.match(String(refused), /^refused by verify; v1 is live/);
    for (const { stages } of [done, refused])
      stages.forEach(({ start, milliseconds }, i) => {
        const next = stages[i + 1]?.start ?? Number.POSITIVE_INFINITY;
        assert.ok(milliseconds >= 0 && start + milliseconds <= next + 0.01);
      });
  });

  it("keeps as many releases as it is told, and always the live one and the one before it", async () => {
    const there = () => readdirSync(directory).filter((name) => !name.startsWith("."));
    for (const _ of ["v1", "v2", "v3"]) await run();
    // What has no manifest is somebody else's.
    mkdirSync(join(directory, "notes"));
    const done = await run({ keep: 2 });
    const { name, outcome, text } = done.stages.at(-1) ?? assert.fail();
    assert.deepEqual([done.status, name, outcome, text], ["promoted", "clean", "passed", "removed v1, v2"]);
    assert.deepEqual(there(), ["current", "notes", "v3", "v4"]);
    assert.match(String(done), /\nclean +passed .* removed v1, v2/);
    assert.equal((await rollback({ directory })).to, "v3");
    // The one before is gone, and is not tried.
    await assert.rejects(
      rollback({ directory }),
      /^Error: invalid directory; expected releases of which one was live before/,
    );
    // v4 is older than the new one, and no rollback goes to it.
    assert.equal((await run({ keep: 2 })).stages.at(-1)?.text, "removed v4");
    assert.deepEqual(there(), ["current", "notes", "v3", "v5"]);
    assert.equal((await run({ keep: 3 })).stages.at(-1)?.text, "nothing older");
    await assert.rejects(run({ keep: 1 }), /^Error: invalid keep; expected a whole number from 2 to 1000000: 1$/);
  });

  it("removes nothing that was made after the live release", async () => {
    await run();
    for (const _ of ["v2", "v3", "v4"]) await run({ promote: false });
    const store = await ReleaseStore.open(directory);
    assert.deepEqual(await removeOld(store, 2), { removed: [], failures: [] });
    await promote({ directory, version: "v3" });
    await promote({ directory, version: "v2" });
    // v1 is older than v2, but 4 are no more than 4; of those before it v3 is where a rollback goes.
    assert.deepEqual(await removeOld(store, 4), { removed: [], failures: [] });
    assert.deepEqual(await removeOld(store, 2), { removed: ["v1"], failures: [] });
    const { live, previous, releases } = await ml.deploy.status(directory);
    assert.deepEqual([live, previous, releases.map(({ version }) => version)], ["v2", ["v3"], ["v2", "v3", "v4"]]);
  });
});
