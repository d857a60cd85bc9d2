// The whole life of a model: trained on digits, exported, quantised, released, served, asked by another process with PNG files, monitored by a
// store, drifted in three ways, told of by an alarm, rolled back.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp, { type Sharp } from "sharp";
import { ready } from "../../../lib/engine/backend.js";
import * as ml from "../../../lib/index.js";
import { answered, upload } from "../serve/pictures.js";
import { temporaryFolder } from "./corners.js";

const child = fileURLToPath(new URL("./uploading-child.js", import.meta.url));
/** Requests within which a change is to be found. */
const window = 300;

interface Answer {
  readonly id: string;
  readonly class: number;
}

describe("from a trained model to a rollback", function () {
  this.timeout(240_000);
  let folder: string;
  let digits: ml.data.Dataset;
  let calibration: ml.data.Loader;
  let test: ml.data.Loader;
  let store: ml.monitor.Store;
  let server: ml.serve.Server;
  let hook: HttpServer;
  let now = Date.now();
  const told: { headers: Record<string, unknown>; body: string }[] = [];
  const file = (name: string) => path.join(folder, name);
  const directory = () => file("releases");

  before(async () => {
    await ready();
    folder = temporaryFolder();
    hook = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      told.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    await server?.close();
    await store?.close();
    await new Promise((resolve) => hook.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a camera would make it of the digit. */
  type Camera = (digit: Sharp) => Sharp;

  /** Uploads digits from another process. @returns its answers, in order, once the store has them */
  async function ask(name: string, places: readonly number[], camera: Camera = (digit) => digit): Promise<Answer[]> {
    const files = await Promise.all(
      places.map(async (place, i) => {
        const raw = { width: 28, height: 28, channels: 1 } as const;
        const digit = sharp(Uint8Array.from(digits.get(place).values), { raw });
        const target = file(`${name}-${i}.png`);
        writeFileSync(target, await camera(digit).toColourspace("b-w").png().toBuffer());
        return target;
      }),
    );
    const before = store.counts.appended;
    const { stdout } = await promisify(execFile)(process.execPath, [child, server.url, ...files], { timeout: 100_000 });
    while (store.counts.appended < before + places.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.flush();
    return JSON.parse(stdout) as Answer[];
  }

  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

  it("is trained, passes its gate, and is released", async () => {
    const mnist = await ml.data.mnist({ train: 4000, test: 2000, seed: 7 });
    digits = mnist.test;
    const transform = ml.transforms.compose([
      ml.transforms.resize(32),
      ml.transforms.toTensor(),
      ml.transforms.normalize([0.5], [0.5]),
    ]);
    const train = ml.data.loader(mnist.train, { batchSize: 32, shuffle: true, seed: 1, transform });
    calibration = ml.data.loader(mnist.train.subset(range(0, 500)), { batchSize: 100, transform });
    test = ml.data.loader(mnist.test, { batchSize: 100, transform });
    const model = ml.models.lenet5({ inputShape: [32, 32, 1], classes: 10, seed: 1 });
    await ml.fit(model, { train, epochs: 3, optimizer: ml.optimizers.adam({ learningRate: 2e-3 }), seed: 1 });
    const gate = { accuracy: 0.93, size: 1_000_000 };
    const done = await ml.deploy.pipeline({ model, test, gate, directory: directory(), version: "float" });
    assert.equal(done.status, "promoted", String(done.failures));
    model.dispose();
  });

  it("is a third of its size as int8, and within one point as accurate", async () => {
    const source = path.join(directory(), "float", "model.onnx");
    const report = await ml.compress.quantize(source, file("int8.onnx"), { mode: "static", calibration, test });
    assert.ok(report.sizeRatio >= 3, String(report.sizeRatio));
    const [float, int8] = [report.before.accuracy?.value ?? 0, report.after.accuracy?.value ?? 0];
    assert.ok(float > 0.94 && Math.abs(float - int8) <= 0.01, `${float} ${int8}`);
    const options = { directory: directory(), version: "int8", test: test.withTransform() };
    const done = await ml.deploy.pipeline({ model: file("int8.onnx"), gate: { accuracy: 0.93 }, ...options });
    assert.equal(done.status, "promoted", String(done.failures));
    assert.equal(done.live, "int8");
  });

  it("answers another process's pictures as well as on paper, and its store knows how well", async () => {
    store = await ml.monitor.open(`sqlite:${file("monitor.db")}`, { now: () => now, batchDelay: "5ms" });
    server = await ml.deploy.serve({ directory: directory(), store, every: 100 });
    assert.equal(server.model.version, "int8");
    const answers = await ask("before", range(0, 2 * window));
    const right = answers.filter((answer, i) => answer.class === digits.get(i).label).length;
    assert.ok(right / answers.length > 0.92, `${right} of ${answers.length}`);
    await store.label(Object.fromEntries(answers.map(({ id }, i) => [id, digits.get(i).label])));
    const { whole } = await ml.monitor.performance(store);
    assert.deepEqual([whole.labelled, whole.accuracy?.value], [answers.length, right / answers.length]);
  });

  it("has no drift in other digits, and has where pictures are inverted or blurred, or other classes come", async () => {
    const reference = await store.features({ limit: 2 * window });
    const ones = range(600, 1400).filter((i) => digits.get(i).label === 1 || digits.get(i).label === 7);
    const cases: [name: string, places: readonly number[], camera: Camera | undefined, drifts: boolean][] = [
      ["same", range(600, window), undefined, false],
      ["inverted", range(600, window), (digit) => digit.negate(), true],
      ["blurred", range(600, window), (digit) => digit.blur(1.2), true],
      ["classes", ones.slice(0, window), undefined, true],
    ];
    for (const [name, places, camera, drifts] of cases) {
      await ask(name, places, camera);
      const current = await store.features({ limit: window });
      const report = ml.monitor.drift(reference, current);
      assert.equal(report.drifted, drifts, `${name}: ${report.driftedFeatures}`);
    }
  });

  it("is told of when it fails, and rolled back in less than 5 s", async () => {
    const { port } = hook.address() as AddressInfo;
    const notify = { url: `http://127.0.0.1:${port}/hook`, secret: "of the test" };
    const rules = [{ metric: "accuracy", below: 0.8, within: "30m" } as const];
    await using alarms = ml.monitor.alerts(store, { rules, notify, manual: true });
    now += 3_600_000;
    const answers = await ask("failing", range(600, window), (digit) => digit.negate());
    await store.label(Object.fromEntries(answers.map(({ id }, i) => [id, digits.get(600 + i).label])));
    assert.equal((await alarms.check())[0]?.status, "firing");
    assert.match(told[0]?.body ?? "", /firing: accuracy below 0\.8/);

    const started = performance.now();
    const { to } = await ml.deploy.rollback({ directory: directory(), server });
    assert.ok(performance.now() - started < 5000, `${performance.now() - started} ms`);
    assert.deepEqual([to, server.model.version], ["float", "float"]);
    const raw = { width: 28, height: 28, channels: 1 } as const;
    const picture = await sharp(Uint8Array.from(digits.get(0).values), { raw })
      .png()
      .toBuffer();
    const { predictions } = await answered(upload(server.url, [picture]));
    assert.equal((await ml.deploy.status(directory())).live, "float");
    assert.ok(predictions[0] && "class" in predictions[0]);
    assert.equal(store.counts.dropped, 0);
  });
});
