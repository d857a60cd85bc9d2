// Each kernel of the table of lowerings, on shapes that nobody chose: value and gradients against eager.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import type { Lowering } from "../../../../../lib/engine/jit/emitter.js";
import { lowerings } from "../../../../../lib/engine/jit/lowerings/table.js";
import { assertLowers } from "../against-eager.js";
import { Dice, type RandomCases } from "../random-cases/dice.js";
import { elementwise } from "../random-cases/elementwise.js";
import { moves } from "../random-cases/moves.js";
import { reductions } from "../random-cases/reductions.js";
import { windows } from "../random-cases/windows.js";

const cases: RandomCases = { ...elementwise, ...moves, ...reductions, ...windows };

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** Where a backend gives the tensor itself another shape, the graph takes it as it is, and the lowering has nothing to do. */
const views = new Set(["Identity", "Reshape", "ExpandDims"]);

describe("lowerings on random shapes", () => {
  const table = lowerings as Record<string, Lowering>;
  const own = { ...table };
  /** How often each lowering was asked for. */
  const used = new Map<string, number>();

  before(async () => {
    await useBackend({ backend: "wasm" });
    for (const [kernel, lowering] of Object.entries(own))
      table[kernel] = (call, emit) => {
        used.set(kernel, (used.get(kernel) ?? 0) + 1);
        return lowering(call, emit);
      };
  });
  after(() => void Object.assign(table, own));

  it("there is a case for each kernel, and no other", () => {
    assert.deepEqual(Object.keys(cases).sort(), Object.keys(own).sort());
  });

  for (const [kernel, make] of Object.entries(cases))
    it(`${kernel}, ${seeds.length} times`, async () => {
      used.delete(kernel);
      const shapes = new Set<string>();
      for (const seed of seeds) {
        const { f, inputs, gradients } = make(new Dice(seed));
        const what = inputs.map(({ shape }) => `[${shape.join()}]`).join();
        shapes.add(what);
        await assertLowers(f, inputs, gradients === undefined ? {} : { gradients }).catch((error: Error) => {
          throw new Error(`seed ${seed}, ${what}: ${error.message}`, { cause: error });
        });
        tf.dispose([...inputs]);
      }
      assert.ok(shapes.size >= 5, [...shapes].join("; "));
      if (!views.has(kernel))
        assert.ok((used.get(kernel) ?? 0) >= seeds.length, `lowered ${used.get(kernel) ?? 0} times`);
    });
});
