// A model's forward pass as a portable graph, or the layer that can't be part of one. Called by onnx.ts.
import type * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import { NotPortable, type PortableGraph, type PortableInput, portableGraph } from "../engine/jit/portable-graph.js";

/** @param inputs one for each of the model's; @throws an error that names the layer which can't be exported, and why */
export function modelGraph(
  model: tf.LayersModel,
  inputs: readonly PortableInput[],
  outputs: readonly string[],
): PortableGraph {
  const predict = (...tensors: tf.Tensor[]) => {
    const [only] = tensors;
    return model.apply(tensors.length === 1 && only ? only : tensors, { training: false }) as tf.Tensor | tf.Tensor[];
  };
  try {
    return portableGraph(predict, inputs, outputs);
  } catch (error) {
    if (!(error instanceof NotPortable)) throw error;
    const layer = culprit(model);
    const place = layer === undefined ? "" : ` in layer "${layer.name}" (${layer.getClassName()})`;
    throw new Error(`invalid model; expected layers that ONNX can express: ${error.message}${place}`);
  }
}

/** The first layer that can't be exported by itself. */
function culprit(model: tf.LayersModel): tf.layers.Layer | undefined {
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const inner = layer as tf.layers.Layer & Partial<Pick<tf.LayersModel, "layers">>;
    if (Array.isArray(inner.layers)) {
      const found = culprit(layer as unknown as tf.LayersModel);
      if (found) return found;
    }
    if (!isPortable(layer)) return layer;
  }
  return undefined;
}

function isPortable(layer: tf.layers.Layer): boolean {
  const symbols = [layer.input].flat();
  const inputs = symbols.map(({ shape, dtype }, i): PortableInput => {
    const [, ...rest] = shape;
    return {
      name: `input${i}`,
      shape: rest.map((length) => length ?? 8),
      dtype: dtype === "int32" ? "int32" : "float32",
    };
  });
  const outputs = [layer.output].flat().map((_, i) => `output${i}`);
  const predict = (...tensors: tf.Tensor[]) => {
    const [only] = tensors;
    return layer.apply(tensors.length === 1 && only ? only : tensors, { training: false }) as tf.Tensor | tf.Tensor[];
  };
  try {
    portableGraph(predict, inputs, outputs);
    return true;
  } catch (error) {
    if (error instanceof NotPortable) return false;
    throw error;
  }
}

/** The model's inputs without the batch. @throws where a length is not fixed and `shape` doesn't say it */
export function modelInputs(model: tf.LayersModel, shape?: readonly number[]): PortableInput[] {
  const names = model.inputs.length === 1 ? ["input"] : model.inputNames;
  return model.inputs.map((input, i) => {
    const [, ...own] = input.shape;
    const lengths = shape !== undefined && model.inputs.length === 1 ? shape : own;
    const isFixed =
      lengths.length === own.length && lengths.every((length, k) => length !== null && (own[k] ?? length) === length);
    if (!isFixed)
      throw invalid(
        "inputShape",
        `the input's lengths without the batch, as in [${own.map((length) => length ?? "any").join(", ")}]`,
        shape,
      );
    return {
      name: names[i] ?? `input${i}`,
      shape: lengths.map(Number),
      dtype: input.dtype === "int32" ? "int32" : "float32",
    };
  });
}
