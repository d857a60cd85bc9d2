// What onnxruntime answers for a file, against the model's own answers. Called by onnx.ts before the file is written.
import type * as tf from "@tensorflow/tfjs";
import { loadRuntime, openSession, runSession } from "../engine/jit/onnxruntime.js";
import { checkParity, type Parity, type Sample } from "./parity.js";

/** @throws when the file can't be read by onnxruntime, or the sample's own inputs don't fit */
export async function onnxParity(
  model: tf.LayersModel,
  bytes: Uint8Array,
  outputs: readonly string[],
  sample: Sample,
): Promise<Parity> {
  const runtime = await loadRuntime();
  const session = await openSession(bytes);
  try {
    return await checkParity(model, sample, async ({ values }) => {
      const given = Object.fromEntries(
        values.map(({ type, data, shape }, i) => [
          sample.inputs[i]?.name ?? "",
          new runtime.Tensor(type, data, [...shape]),
        ]),
      );
      const unused = Object.keys(given).filter((name) => !session.inputNames.includes(name));
      for (const name of unused) delete given[name];
      const results = await runSession(session, given);
      return outputs.map((name) => results[name]?.data as Float32Array | undefined);
    });
  } finally {
    await session.release();
  }
}
