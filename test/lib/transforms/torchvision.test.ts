// Each transform that torchvision defines against torchvision. The arrays come from test/fixtures/transforms/make.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fromJSON } from "../../../lib/transforms/from-json.js";
import type { ImageBatch } from "../../../lib/transforms/image-batch.js";
import type { TransformJSON } from "../../../lib/transforms/transform.js";

interface Packed {
  shape: [number, number, number];
  dtype: "uint8" | "float32";
  base64: string;
}

interface Case {
  transform: TransformJSON;
  image: number;
  dtype: "uint8" | "float32";
  result: Packed;
  tolerance: number;
  seed: number;
}

const file = new URL("../../../../test/fixtures/transforms/transforms.json", import.meta.url);
const { images, cases } = JSON.parse(readFileSync(file, "utf8")) as { images: Packed[]; cases: Case[] };

function unpacked({ dtype, base64 }: Packed): Uint8Array | Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return dtype === "uint8" ? bytes : new Float32Array(bytes.buffer);
}

function check({ transform, image, dtype, result, tolerance, seed }: Case): void {
  const given = images[image];
  assert.ok(given);
  const bytes = unpacked(given);
  const values = dtype === "uint8" ? bytes : Float32Array.from(bytes, (byte) => byte / 255);
  // Two of the same, so that what belongs to the second image is not taken from the first.
  const two = new (values.constructor as new (length: number) => Uint8Array | Float32Array)(2 * values.length);
  two.set(values);
  two.set(values, values.length);
  const batch: ImageBatch = { values: two, shape: [2, ...given.shape], labels: new Int32Array(2), classes: 1 };
  const ours = fromJSON(transform).transformBatch(batch, Uint32Array.of(seed, seed));
  assert.deepEqual([...ours.shape], [2, ...result.shape]);
  const expected = unpacked(result);
  assert.equal(ours.values.constructor, expected.constructor);
  for (let i = 0; i < ours.values.length; i++) {
    const [actual = Number.NaN, wanted = Number.NaN] = [ours.values[i], expected[i % expected.length]];
    if (!(Math.abs(actual - wanted) <= tolerance)) assert.fail(`at ${i}: ${actual} is not ${wanted}`);
  }
}

describe("transforms are torchvision's", () => {
  for (const name of new Set(cases.map(({ transform }) => transform.transform))) {
    const own = cases.filter(({ transform }) => transform.transform === name);
    it(`${name} (${own.length} cases)`, () => {
      const failures = own.flatMap((it_, i) => {
        try {
          check(it_);
          return [];
        } catch (error) {
          return [`${i} ${JSON.stringify(it_.transform)} of ${it_.dtype}: ${(error as Error).message}`];
        }
      });
      assert.equal(
        failures.length,
        0,
        `${failures.length} of ${own.length} differ:\n${failures.slice(0, 8).join("\n")}`,
      );
    });
  }
});
