// Takes the least out of a model: weights that are nearly zero, or whole channels. Called by users, who train on afterwards.
import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { hasOwnChannels, type Kept, narrow } from "./channels.js";
import { chainFrom, chainOf, type LayerCopy, madeAgain } from "./copied-model.js";
import { PruningReport } from "./pruning-report.js";

export interface PruneOptions {
  /** The share that goes, in [0, 1): of all weights together, or with `structured` of each layer's channels; 0.5 by default. */
  readonly sparsity?: number;
  /** Whole channels go, so that the model is smaller and faster; false by default: single weights become 0. */
  readonly structured?: boolean;
}

/**
 * Prunes a model; the model itself stays as it is. Without `structured`, the smallest |w| of all kernels together become 0 (Han et al.,
 * 2015): the file compresses better, nothing is faster; train on with `ml.optimizers.keepZeros`. With it, convolutions and dense layers
 * lose the channels whose weights are smallest (Li et al., 2017), all but the last layer's; train on as usual.
 *
 * @returns the new model, and what went; shows it
 * @throws when `sparsity` is out of range, or with `structured` when the model is no chain of layers or has one that can't lose channels
 */
export function prune(model: tf.LayersModel, options: PruneOptions = {}): PruningReport {
  if (!(model instanceof tf.LayersModel)) throw invalid("model", "a tf.LayersModel", model);
  checkOptions("options", options, ["sparsity", "structured"]);
  const { sparsity = 0.5, structured = false } = options;
  checkNumber("sparsity", sparsity, { least: 0, below: 1 });
  checkBoolean("structured", structured);
  const pruned = structured ? withoutChannels(model, sparsity) : withZeros(model, sparsity);
  return new PruningReport(model, pruned, structured);
}

function withoutChannels(model: tf.LayersModel, sparsity: number): tf.LayersModel {
  const layers = chainOf(model);
  const last = layers.findLast(hasOwnChannels);
  return withinTidy(() => {
    let kept: Kept;
    const copies: LayerCopy[] = layers.map((layer) => {
      // At least one channel stays, or nothing would come through.
      const keep = layer === last ? undefined : (count: number) => Math.max(1, Math.round(count * (1 - sparsity)));
      const step = narrow(layer, kept, keep);
      ({ kept } = step);
      return step.copy;
    });
    return chainFrom(model, copies);
  });
}

function withZeros(model: tf.LayersModel, sparsity: number): tf.LayersModel {
  return withinTidy(() => {
    const weights = model.getWeights();
    const trainable = new Set(model.trainableWeights.map(({ name }) => name));
    const isKernel = model.weights.map(({ name, shape }) => shape.length >= 2 && trainable.has(name));
    const sizes = weights.flatMap((weight, i) =>
      isKernel[i] ? Array.from(weight.dataSync<"float32">(), (value) => Math.abs(value)) : [],
    );
    const limit = Float64Array.from(sizes).sort()[Math.floor(sizes.length * sparsity) - 1];
    const copy = madeAgain(model.getClassName(), model.getConfig()) as tf.LayersModel;
    copy.setWeights(
      weights.map((weight, i) =>
        isKernel[i] && limit !== undefined ? weight.mul(weight.abs().greater(limit).cast("float32")) : weight,
      ),
    );
    return copy;
  });
}

/** A model is nothing that tidy returns; its variables outlive it. */
function withinTidy(make: () => tf.LayersModel): tf.LayersModel {
  const made: tf.LayersModel[] = [];
  tf.tidy(() => {
    made.push(make());
  });
  const [model] = made;
  if (model === undefined) throw new Error("invalid model; expected one that can be made again");
  return model;
}
