// Releases that are tried on a running server's real requests before they answer any: promoted, or not, and rolled back in seconds.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type * as tf from "@tensorflow/tfjs";
import { type PipelineOptions, pipeline, promote, rollback, serve } from "../../../lib/deploy/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { type Mirror, type Server, start } from "../../../lib/serve/index.js";
import { answered, pictureFile, upload } from "../serve/pictures.js";
import { cornerPicture, cornersModel, cornersTest, temporaryFolder } from "./corners.js";

const key = Symbol.for("Jupyter.abortSignal");

describe("deploy: canary", () => {
  let directory: string;
  let model: tf.LayersModel;
  let server: Server;
  let isOver: boolean;
  /** Versions that answered, in their order; each request that failed is an error of the test. */
  let versions: string[];
  let clients: Promise<unknown>;
  const test = cornersTest(200);
  const run = (options: Partial<PipelineOptions> = {}) =>
    pipeline({ model, gate: { accuracy: 0.9 }, directory, test, server, ...options });
  const live = () => (JSON.parse(readFileSync(join(directory, "current"), "utf8")) as { version: string }).version;

  before(() => ready());
  beforeEach(async () => {
    directory = temporaryFolder();
    model = cornersModel();
    const { release } = await pipeline({ model, gate: { accuracy: 0.9 }, directory, test });
    server = await start({ model: release?.model ?? "", version: "v1" });
    [isOver, versions] = [false, []];
    const client = async (first: number) => {
      for (let seed = first; !isOver; seed += 3) {
        const { bytes, label } = cornerPicture(seed);
        const answer = await answered(upload(server.url, [await pictureFile(bytes, [4, 4, 1])]));
        const [prediction] = answer.predictions;
        versions.push(answer.model.version);
        assert.ok(prediction && "class" in prediction);
        if (["v1", "v2"].includes(answer.model.version)) assert.equal(prediction.class, label);
        await sleep(2);
      }
    };
    clients = Promise.all([1000, 1001, 1002].map(client));
  });
  afterEach(async () => {
    isOver = true;
    await clients;
    await server.close();
    model.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  it("promotes what answers alike: the server swaps under load, the pointer moves, and no request is lost", async () => {
    const done = await run({ canary: { requests: 100 } });
    assert.deepEqual([done.status, done.live, live(), server.model.version], ["promoted", "v2", "v2", "v2"]);
    const { compared = 0, same, failed, agreement } = done.canary ?? {};
    assert.ok(compared >= 100);
    assert.deepEqual([same, failed, agreement?.value], [compared, 0, 1]);
    const before = versions.length;
    while (versions.length < before + 20) await sleep(5);
    assert.equal(versions.at(-1), "v2");
    // None of the candidate's answers was given to anybody before.
    assert.equal(versions.lastIndexOf("v1") < versions.indexOf("v2") + 3, true);
    assert.match(
      done.stages.find(({ name }) => name === "canary")?.text ?? "",
      /^\d+ of \d+ mirrored inputs answered alike: 100\.0 %/,
    );
  });

  it("does not promote what answers otherwise, though its gate was passed; and does not wait to the end", async () => {
    // Always "top left".
    const wrong = cornersModel({ bias: 100 });
    const done = await run({ model: wrong, gate: {}, canary: { requests: 1000, seconds: 110 } }).finally(() =>
      wrong.dispose(),
    );
    // No more than 10 % of 1,000 could still answer alike.
    const { compared = 0, same = 0 } = done.canary ?? {};
    assert.ok(compared < 1000 && compared - same >= 80 && compared - same <= 110, `${same} of ${compared}`);
    assert.deepEqual([done.status, done.live, live(), server.model.version], ["rolledBack", "v1", "v1", "v1"]);
    assert.equal(done.release?.version, "v2");
    assert.ok((done.canary?.agreement?.value ?? 1) < 0.6);
    assert.match(String(done), /^v2 was not promoted; v1 is live/);
    assert.ok(versions.every((version) => version === "v1"));
  });

  it("does not promote without enough traffic, and says so", async () => {
    isOver = true;
    await clients;
    const { status, stages } = await run({ canary: { requests: 50, seconds: 0.3 } });
    assert.equal(status, "rolledBack");
    assert.match(stages.at(-1)?.text ?? "", /^no request came in 0\.3 s, 50 are needed/);
    assert.equal((await run({ canary: false })).status, "promoted");
  });

  it("rolls back and promotes again under load, each in less than 5 s", async () => {
    await run({ canary: false });
    for (const expected of ["v1", "v2", "v1"]) {
      const done = await (expected === "v2"
        ? promote({ directory, version: "v2", server })
        : rollback({ directory, server }));
      assert.deepEqual([done.to, live(), server.model.version, done.url], [expected, expected, expected, server.url]);
      assert.ok(done.milliseconds < 5000, `${done.milliseconds} ms`);
      const before = versions.length;
      while (versions.length < before + 10) await sleep(5);
      assert.equal(versions.at(-1), expected);
    }
  });

  it("leaves what is live when the server can't take the release", async () => {
    const before = server.model;
    const { release } = await run({ transform: false, promote: false });
    assert.deepEqual(release?.manifest.input.type, "float32");
    await assert.rejects(
      promote({ directory, version: "v2", server }),
      /^Error: invalid file; expected a model of uint8/,
    );
    assert.deepEqual([live(), server.model], ["v1", before]);
    await assert.rejects(run({ transform: false }), /^Error: invalid file; expected a model of uint8/);
    assert.deepEqual([live(), server.model], ["v1", before]);
  });

  it("is made by servers in other processes that follow the folder, one of them for each pipeline", async () => {
    isOver = true;
    await clients;
    // Both follow the same folder; each has its own traffic.
    const followers = [await serve({ directory, every: 50 }), await serve({ directory, every: 50 })];
    isOver = false;
    const ask = async (url: string) => {
      for (let seed = 1; !isOver; seed++)
        await answered(upload(url, [await pictureFile(cornerPicture(seed).bytes, [4, 4, 1])]));
    };
    clients = Promise.all(followers.map(({ url }) => ask(url)));
    const following = { server: "following", canary: { requests: 60 } } as const;
    try {
      const good = await run(following);
      assert.deepEqual(
        [good.status, live(), good.canary?.failed, good.canary?.agreement?.value],
        ["promoted", "v2", 0, 1],
      );
      assert.ok((good.canary?.compared ?? 0) >= 60);
      while (followers.some((follower) => follower.model.version !== "v2")) await sleep(10);
      const wrong = cornersModel({ bias: 100 });
      const bad = await run({ ...following, model: wrong, gate: {} }).finally(() => wrong.dispose());
      assert.deepEqual([bad.status, live(), bad.release?.version], ["rolledBack", "v2", "v3"]);
      // What a server can't load is an error of the pipeline, as with a server of its own.
      await assert.rejects(run({ ...following, transform: false }), /^Error: invalid file; expected a model of uint8/);
      assert.equal(live(), "v2");
    } finally {
      isOver = true;
      await clients;
      for (const follower of followers) await follower.close();
    }
    const nobody = await run({ server: "following", canary: { requests: 60, seconds: 0.3 } });
    assert.equal(nobody.status, "rolledBack");
    assert.match(nobody.stages.at(-1)?.text ?? "", /^no server follows this folder/);
    // Nothing of the notes is left.
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.startsWith(".")),
      [],
    );
  });

  it("a server that took a canary up ends it when nobody waits for it any more", async () => {
    isOver = true;
    await clients;
    const follower = await serve({ directory, every: 50 });
    const mirror = follower.mirror.bind(follower);
    const candidates: Mirror[] = [];
    follower.mirror = async (...args) => {
      const candidate = await mirror(...args);
      candidates.push(candidate);
      return candidate;
    };
    const controller = new AbortController();
    Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
    try {
      const running = assert.rejects(run({ server: "following", canary: { seconds: 600 } }), /stopped/);
      while (candidates.length === 0) await sleep(10);
      controller.abort(new Error("stopped"));
      await running;
    } finally {
      Reflect.deleteProperty(globalThis, key);
    }
    while (candidates.some(({ isClosed }) => !isClosed)) await sleep(10);
    while (readdirSync(directory).some((name) => name.startsWith("."))) await sleep(10);
    assert.equal(follower.model.version, "v1");
    await follower.close();
  });

  for (const moment of ["while the candidate is loaded", "while requests are waited for"])
    it(`Stop ends it ${moment}, and leaves what is live`, async () => {
      isOver = true;
      await clients;
      const controller = new AbortController();
      const stop = () => controller.abort(new Error("stopped"));
      Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
      const mirror = server.mirror.bind(server);
      server.mirror = async (...args) => {
        const candidate = await mirror(...args);
        if (moment.includes("loaded")) stop();
        else setTimeout(stop, 100);
        return candidate;
      };
      try {
        await assert.rejects(run({ canary: { seconds: 600 } }), /stopped/);
      } finally {
        Reflect.deleteProperty(globalThis, key);
      }
      assert.deepEqual([live(), server.model.version], ["v1", "v1"]);
    });
});
