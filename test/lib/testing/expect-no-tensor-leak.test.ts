// expectNoTensorLeak finds what is left behind, and only that.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { expectNoTensorLeak } from "../../../lib/testing/index.js";

describe("expectNoTensorLeak", () => {
  before(async () => {
    await ready();
  });

  const kept: tf.Tensor[] = [];
  afterEach(() => {
    tf.dispose(kept.splice(0));
  });

  it("passes a function that cleans up, synchronous or asynchronous", async () => {
    await expectNoTensorLeak(() => tf.tidy(() => tf.square(tf.ones([3])).dataSync()));
    await expectNoTensorLeak(async () => {
      const tensor = tf.ones([3]);
      await tensor.data();
      tensor.dispose();
    });
  });

  it("says how much leaks a call", async () => {
    const leaking = () => {
      kept.push(tf.ones([3]), tf.ones([2]));
    };
    await assert.rejects(expectNoTensorLeak(leaking), {
      message:
        "invalid fn; expected as many tensors after each call as before (tf.tidy, dispose): 2 more a call, 20 bytes",
    });
    await assert.rejects(
      expectNoTensorLeak(async () => leaking(), { runs: 1, warmUp: 0 }),
      { message: /2 more a call/ },
    );
  });

  it("does not count what is returned, nor what is made once", async () => {
    const { numTensors } = tf.memory();
    let once: tf.Tensor | undefined;
    await expectNoTensorLeak(() => {
      if (once === undefined) {
        once = tf.ones([1]);
        kept.push(once);
      }
      return { loss: tf.square(once), list: [tf.ones([2])] };
    });
    await expectNoTensorLeak(() => tf.ones([4]));
    assert.equal(tf.memory().numTensors, numTensors + 1);
  });

  it("passes errors on, and refuses bad input", async () => {
    const failing = () => {
      throw new Error("mine");
    };
    await assert.rejects(expectNoTensorLeak(failing), { message: "mine" });
    await assert.rejects(expectNoTensorLeak(5 as unknown as () => void), {
      message: /^invalid fn; expected a function: 5$/,
    });
    await assert.rejects(
      expectNoTensorLeak(() => 1, { runs: 0 }),
      { message: /^invalid runs; / },
    );
    await assert.rejects(
      expectNoTensorLeak(() => 1, { warmUp: -1 }),
      { message: /^invalid warmUp; / },
    );
  });
});
