// A run of more epochs than a function takes arguments is resumed as any other.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpoint } from "../../../lib/callbacks/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { mlp } from "../../../lib/models/index.js";
import { fit as train } from "../../../lib/training/fit.js";
import { blobs } from "./blobs.js";

describe("a long history", () => {
  let directory = "";
  before(async () => {
    await ready();
    directory = await mkdtemp(join(tmpdir(), "cellgrad-long-"));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it("of 200,000 epochs goes on", async () => {
    const net = mlp({ inputShape: [4], hidden: [], classes: 3, seed: 1 });
    const data = blobs({ samples: 8, batchSize: 8 });
    await train(net, { train: data, epochs: 1, callbacks: [checkpoint(directory)] });
    const path = join(directory, "checkpoint.json");
    const saved = JSON.parse(await readFile(path, "utf8")) as { epochs: object[] };
    const epochs = Array.from({ length: 200_000 }, (_, i) => ({ ...saved.epochs[0], epoch: i + 1 }));
    await writeFile(path, JSON.stringify({ ...saved, epochs }));
    const history = await train(net, { train: data, epochs: 200_001, resume: directory });
    assert.equal(history.epochs.length, 200_001);
    assert.equal(history.epochs.at(-1)?.epoch, 200_001);
    net.dispose();
  });
});
