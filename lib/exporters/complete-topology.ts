// What TensorFlow.js's own JSON of a model leaves out, put back: the depth multiplier of SeparableConv2D, without which the layer is made with
// other shapes than its weights have. Used by tfjs.ts and keras/to-keras.ts.
import type * as tf from "@tensorflow/tfjs";

type Json = Readonly<Record<string, unknown>>;
type Layer = tf.layers.Layer & Partial<Pick<tf.LayersModel, "layers">>;

/** @param json of `model.toJSON(null, false)`; left as it is */
export function completeTopology(json: Json, model: tf.LayersModel): Json {
  const config = json.config as Json;
  const layers = (config.layers as Json[]).map((layer): Json => {
    const settings = layer.config as Json;
    const own = model.getLayer(String(settings.name)) as Layer;
    if (own.layers) return completeTopology(layer, own as unknown as tf.LayersModel);
    if (layer.class_name !== "SeparableConv2D") return layer;
    const { depthMultiplier } = own as unknown as { depthMultiplier: number };
    return { ...layer, config: { ...settings, depth_multiplier: depthMultiplier } };
  });
  return { ...json, config: { ...config, layers } };
}
