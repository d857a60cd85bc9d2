// Batches: full ones go at once, others when their time is over or nobody can join them; an error is that of its own inputs.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Batcher } from "../../../lib/serve/batcher.js";
import { Limiter } from "../../../lib/serve/limiter.js";

function recorded(options: { size?: number; delay?: number; isMoreExpected?: () => boolean; milliseconds?: number }) {
  const batches: number[][] = [];
  const { size = 4, delay = 20, isMoreExpected = () => true, milliseconds = 0 } = options;
  const batcher = new Batcher<number, number>({
    size,
    delay,
    isMoreExpected,
    async run(inputs) {
      batches.push([...inputs]);
      await sleep(milliseconds);
      return inputs.map((input) => (input < 0 ? new Error(`no ${input}`) : 2 * input));
    },
  });
  return { batcher, batches };
}

describe("serve: batches", () => {
  it("go when they are full, in order", async () => {
    const { batcher, batches } = recorded({ delay: 10_000 });
    const answers = await Promise.all([1, 2, 3, 4].map((input) => batcher.add(input)));
    assert.deepEqual(answers, [2, 4, 6, 8]);
    assert.deepEqual(batches, [[1, 2, 3, 4]]);
  });

  it("go when the oldest input has waited long enough", async () => {
    const { batcher, batches } = recorded({ delay: 60 });
    const start = performance.now();
    const first = batcher.add(1);
    await sleep(20);
    const second = batcher.add(2);
    assert.deepEqual(await Promise.all([first, second]), [2, 4]);
    assert.ok(performance.now() - start >= 55);
    assert.deepEqual(batches, [[1, 2]]);
  });

  it("go at once when nobody is on the way", async () => {
    const { batcher, batches } = recorded({ delay: 10_000, isMoreExpected: () => false });
    assert.deepEqual(await Promise.all([batcher.add(1), batcher.add(2)]), [2, 4]);
    assert.deepEqual(batches, [[1, 2]]);
  });

  it("grow while another one runs", async () => {
    const { batcher, batches } = recorded({ isMoreExpected: () => false, milliseconds: 30, size: 3 });
    const first = batcher.add(1);
    await sleep(5);
    const others = [2, 3, 4, 5].map((input) => batcher.add(input));
    assert.equal(batcher.length, 4);
    await Promise.all([first, ...others]);
    assert.deepEqual(batches, [[1], [2, 3, 4], [5]]);
    assert.equal(batcher.length, 0);
  });

  it("fail where one input fails for that one, and as a whole where the run does", async () => {
    const { batcher } = recorded({ isMoreExpected: () => false });
    const results = await Promise.allSettled([batcher.add(1), batcher.add(-1), batcher.add(2)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    const broken = new Batcher<number, number>({
      size: 2,
      delay: 0,
      isMoreExpected: () => false,
      run: async () => {
        throw new Error("gone");
      },
    });
    await assert.rejects(broken.add(1), /gone/);
    await assert.rejects(broken.add(2), /gone/);
  });
});

describe("serve: a limiter", () => {
  it("lets so many in at a time, and the next also after a failure", async () => {
    const limiter = new Limiter(2);
    let [running, most] = [0, 0];
    const work = async (i: number) => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
      if (i % 3 === 0) throw new Error(String(i));
      return i;
    };
    const results = await Promise.allSettled(Array.from({ length: 9 }, (_, i) => limiter.run(() => work(i))));
    assert.equal(results.filter(({ status }) => status === "rejected").length, 3);
    assert.equal(most, 2);
    assert.equal(await limiter.run(async () => "free"), "free");
  });
});
