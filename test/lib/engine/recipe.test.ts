import assert from "node:assert/strict";
import { follow, madeBy, recipeOf } from "../../../lib/engine/recipe.js";

interface Made {
  given: unknown[];
}

const makers = {
  leaf: (...given: unknown[]): Made => madeBy({ given }, "leaf", ...given),
  both: (...given: unknown[]): Made => madeBy({ given }, "both", ...given),
};

describe("recipes", () => {
  it("come back from JSON as what they describe, also inside of each other", () => {
    const made = makers.both([makers.leaf({ a: 1, b: undefined }), makers.leaf("x")], { part: makers.leaf(true) });
    const recipe = recipeOf(made);
    assert.ok(recipe);
    const again = follow(JSON.parse(JSON.stringify(recipe)), makers) as Made;
    assert.deepEqual(recipeOf(again), recipe);
    const [list] = again.given as [Made[]];
    assert.deepEqual(
      list.map(({ given }) => given),
      [[{ a: 1 }], ["x"]],
    );
  });

  it("write down typed arrays as lists", () => {
    assert.deepEqual(recipeOf(makers.leaf({ labels: Int32Array.of(2, 1) }))?.arguments, [{ labels: [2, 1] }]);
  });

  it("are not there where an argument can't be written down", () => {
    class Holder {
      readonly self = this;
    }
    for (const argument of [
      new Holder(),
      { part: new Holder() },
      () => 1,
      { f: () => 1 },
      [() => 1],
      Number.NaN,
      undefined,
    ])
      assert.equal(recipeOf(makers.leaf(argument)), undefined);
    assert.equal(recipeOf({}), undefined);
  });

  it("say which function is missing", () => {
    assert.throws(
      () => follow({ recipe: "toString", arguments: [] }, makers),
      /invalid recipe; expected one of leaf, both: toString/,
    );
  });
});
