// Several transforms, one after the other.

import { invalid } from "../engine/invalid.js";
import { mixSeeds } from "../engine/random.js";
import type { ImageBatch } from "./image-batch.js";
import { makeTransform, type Transform, type TransformJSON } from "./transform.js";

/**
 * One transform that does all of these in order (torchvision's Compose).
 * @throws when one is no transform
 */
export function compose(transforms: readonly Transform[]): Transform {
  if (!Array.isArray(transforms)) throw invalid("transforms", "a list of transforms", transforms);
  const steps = [...(transforms as readonly Transform[])];
  steps.forEach((step, i) => {
    if (typeof step?.transformBatch !== "function" || typeof step.toJSON !== "function")
      throw invalid(`transforms[${i}]`, "one of ml.transforms", step);
  });
  return makeTransform({
    name: "compose",
    options: { transforms: steps.map(jsonOf) },
    random: steps.some((step) => step.random),
    run: (batch, seeds) =>
      steps.reduce<ImageBatch>((images, step, i) => {
        // Each step has numbers of its own, or all would draw the same.
        const own = step.random ? seeds.map((seed) => mixSeeds(seed, i)) : seeds;
        return step.transformBatch(images, own);
      }, batch),
  });
}

function jsonOf(step: Transform, i: number): TransformJSON {
  const json: unknown = step.toJSON();
  if (typeof json === "object" && json !== null && "transform" in json && typeof json.transform === "string")
    return json as TransformJSON;
  throw invalid(`transforms[${i}]`, "one whose toJSON gives its name as `transform`, and its options", json);
}
