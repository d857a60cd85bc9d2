// What is counted as not to be broken off is counted right also when V8 breaks it off all the same.
import assert from "node:assert/strict";
import vm from "node:vm";
import { forgetBrokenOff, isInterruptible, uninterrupted } from "../../../kernel/worker/critical.js";

describe("critical", () => {
  it("is over when the work is done, or throws", () => {
    assert.equal(
      uninterrupted(() => uninterrupted(isInterruptible)),
      false,
    );
    assert.throws(() =>
      uninterrupted(() => {
        throw new Error("work");
      }),
    );
    assert.equal(isInterruptible(), true);
  });

  it("is over after a termination, which runs no finally", () => {
    const context = vm.createContext({
      endless: () =>
        uninterrupted(() => {
          for (;;);
        }),
    });
    assert.throws(() => vm.runInContext("endless()", context, { timeout: 20 }), /timed out/);
    assert.equal(isInterruptible(), false);
    forgetBrokenOff();
    assert.equal(isInterruptible(), true);
  });
});
