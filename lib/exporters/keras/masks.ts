// The one place where masks part the two: behind a mask, a Bidirectional that returns sequences gives zeros in Keras, and repeats the
// number before in TensorFlow.js. Used by to-keras.ts and from-keras.ts.
import { invalid } from "../../engine/invalid.js";
import { type Described, isSettings, type Json, placeOf } from "./json.js";

/** @param model in either form; @throws an error that names the layer */
export function checkMasks(model: Described): void {
  const layers = [...layersWithin(model.config.layers)];
  const source = layers.find(
    ({ class_name, config }) => class_name === "Masking" || (class_name === "Embedding" && config.mask_zero === true),
  );
  const both = layers.find(
    ({ class_name, config }) => class_name === "Bidirectional" && returnsSequences(config.layer),
  );
  if (source && both)
    throw invalid(placeOf(both), "one that returns no sequences, or a model without masks", placeOf(source));
}

function* layersWithin(value: Json | undefined): Generator<Described> {
  if (!Array.isArray(value)) return;
  for (const layer of value as readonly Json[]) {
    if (!isSettings(layer) || !isSettings(layer.config)) continue;
    yield layer as unknown as Described;
    yield* layersWithin(layer.config.layers);
  }
}

function returnsSequences(layer: Json | undefined): boolean {
  return isSettings(layer) && isSettings(layer.config) && layer.config.return_sequences === true;
}
