// A model's layers again, one after the other, perhaps with other sizes and weights. Used by prune.ts.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";

/** A layer of a copy: what its configuration says otherwise, and its weights. */
export interface LayerCopy {
  readonly layer: tf.layers.Layer;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly weights: readonly tf.Tensor[];
}

/** The layers of a model that is a chain. @throws where a layer has several inputs or outputs, naming it */
export function chainOf(model: tf.LayersModel): tf.layers.Layer[] {
  const layers = model.layers.filter((layer) => layer.getClassName() !== "InputLayer");
  layers.forEach((layer, i) => {
    const inputs: tf.SymbolicTensor[] = [layer.input].flat();
    const [input] = inputs;
    const before = i === 0 ? undefined : layers[i - 1];
    const follows = before === undefined || input?.sourceLayer === before;
    const nested = Array.isArray((layer as unknown as Partial<tf.LayersModel>).layers);
    if (inputs.length !== 1 || !follows || nested)
      throw invalid("model", "a chain of layers, each with one input, for structured pruning", `layer ${layer.name}`);
  });
  return layers;
}

/** A sequential model of these layers, with the names that they had. */
export function chainFrom(model: tf.LayersModel, copies: readonly LayerCopy[]): tf.Sequential {
  const result = tf.sequential({ name: model.name });
  const shape = model.inputs[0]?.shape ?? [];
  copies.forEach(({ layer, changes, weights }, i) => {
    const config = { ...layer.getConfig(), ...changes, ...(i === 0 ? { batchInputShape: shape } : {}) };
    const copy = madeAgain(layer.getClassName(), config as tf.serialization.ConfigDict) as tf.layers.Layer;
    result.add(copy);
    if (weights.length > 0) copy.setWeights([...weights]);
  });
  return result;
}

/** A layer or model of this class and configuration, with weights of its own. @throws for a class that TensorFlow.js doesn't know */
export function madeAgain(className: string, config: tf.serialization.ConfigDict): tf.serialization.Serializable {
  const known = tf.serialization.SerializationMap.getMap().classNameMap[className];
  if (known === undefined) throw invalid("model", "layers that TensorFlow.js can make again", className);
  const [type, fromConfig] = known;
  return fromConfig(type, config);
}
