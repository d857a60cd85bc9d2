// Tensors as plain numbers with their names: what a checkpoint holds, and what callbacks keep of a model. Used by the trainer, the
// checkpoint's file and early stopping.
import * as tf from "@tensorflow/tfjs";

export interface NamedValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Copies of a model's weights as they are now, in the model's order. */
export function weightsOf(model: tf.LayersModel): NamedValues[] {
  return model.weights.map((weight) => {
    const tensor = weight.read();
    const values = tensor.dataSync().slice() as NamedValues["values"];
    return { name: weight.originalName, shape: tensor.shape, dtype: tensor.dtype as NamedValues["dtype"], values };
  });
}

/** @returns tensors that the caller disposes */
export function tensorsOf(all: readonly NamedValues[]): tf.Tensor[] {
  return all.map(({ values, shape, dtype }) => tf.tensor(values, [...shape], dtype));
}
