// The errors of bad input: their one shape, the names that were meant, and what they show of a value.
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkNumber, checkOptions, checkWhole, invalid, show } from "../../../lib/engine/invalid.js";

const message = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
};

describe("invalid input", () => {
  it("is told which option was probably meant", () => {
    const known = ["learningRate", "momentum", "weightDecay"];
    const meant = (key: string) =>
      /did you mean (\w+)/.exec(message(() => checkOptions("options", { [key]: 1 }, known)))?.[1];
    assert.equal(meant("learning_rate"), "learningRate");
    assert.equal(meant("LearningRate"), "learningRate");
    assert.equal(meant("lr"), "learningRate");
    assert.equal(meant("learningrat"), "learningRate");
    assert.equal(meant("momentun"), "momentum");
    assert.equal(meant("wd"), "weightDecay");
    assert.equal(meant("epochs"), undefined);
    assert.equal(
      message(() => checkOptions("options", { weight_decay: 1 }, known)),
      'invalid options; expected options among learningRate, momentum, weightDecay (did you mean weightDecay?): "weight_decay"',
    );
    assert.equal(
      message(() => checkOptions("options", [1], known)),
      "invalid options; expected an object with learningRate, momentum, weightDecay: [1]",
    );
  });

  it("is told the range of a number", () => {
    const rule = (...args: Parameters<typeof checkNumber>) => message(() => checkNumber(...args));
    assert.equal(rule("x", Number.NaN), "invalid x; expected a finite number: NaN");
    assert.equal(rule("x", "1", { least: 0 }), 'invalid x; expected a finite number, at least 0: "1"');
    assert.equal(rule("x", 0, { above: 0 }), "invalid x; expected a finite number above 0: 0");
    assert.equal(rule("x", 1, { least: 0, below: 1 }), "invalid x; expected a number in [0, 1): 1");
    assert.equal(rule("x", 0, { above: 0, most: 1 }), "invalid x; expected a number in (0, 1]: 0");
    assert.equal(rule("x", 3, { most: 2 }), "invalid x; expected a finite number, at most 2: 3");
    assert.equal(rule("x", 2, { below: 2 }), "invalid x; expected a finite number below 2: 2");
    assert.equal(rule("x", 0.5, { least: 0, below: 1 }), "no error");
    assert.equal(
      message(() => checkWhole("n", 1.5)),
      "invalid n; expected a whole number, at least 0: 1.5",
    );
    assert.equal(
      message(() => checkWhole("n", 9, 1, 4)),
      "invalid n; expected a whole number from 1 to 4: 9",
    );
  });

  it("shows any value on one short line", () => {
    const circular: unknown[] = [1];
    circular.push(circular);
    assert.match(show(circular), /^\[1, \[1, .*…/);
    assert.equal(show(new Float32Array(9)), "[0, 0, 0, 0, 0, … (9)]");
    assert.equal(show(new Map()), "a Map");
    assert.equal(show(new Error("x")), "an Error");
    assert.equal(show(Math.max), "the function max");
    assert.equal(show(Object.create(null)), "an object");
    assert.equal(show(Symbol("s")), "Symbol(s)");
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withNullPrototype: true, withBigInt: true }), (value) => {
        const text = invalid("x", "y", value).message;
        assert.match(text, /^invalid x; expected y: /);
        assert.ok(text.length < 3000 && !text.includes("\n"), text);
      }),
    );
  });
});
