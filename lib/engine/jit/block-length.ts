// Asks onnxruntime how many channels one block of its blocked convolutions holds on this machine (16 with AVX-512, 8 with AVX, …): reorders
// one pixel and looks at how many channels come out. Called by step-program.ts.
import { Graph } from "./graph.js";
import { encodeModel } from "./onnx-model.js";
import { createSession, loadRuntime, runSession, runtimeTensor } from "./onnxruntime.js";

let asked: Promise<number | undefined> | undefined;

/** The block's length, or undefined where this build of onnxruntime or this processor has no blocked convolutions. */
export function blockLength(): Promise<number | undefined> {
  asked ??= ask().catch(() => undefined);
  return asked;
}

async function ask(): Promise<number | undefined> {
  const graph = new Graph();
  const pixel = graph.input("pixel", [1, 4, 1, 1], "float32");
  // The shape that comes out is the answer; what is declared here is not looked at.
  const blocked = graph.node(
    "ReorderInput",
    [pixel],
    [1, 4, 1, 1],
    { channels_last: 0 },
    "float32",
    "com.microsoft.nchwc",
  );
  const anyShape = graph.node("Shape", [blocked], [4], {}, "int64");
  graph.output("shape", anyShape);
  const session = await createSession(encodeModel(graph), 1);
  try {
    const runtime = await loadRuntime();
    const { shape } = await runSession(session, {
      pixel: runtimeTensor(runtime, "float32", new Float32Array(4), [1, 4, 1, 1]),
    });
    const channels = Number(shape?.data[1]);
    return channels > 4 ? channels : undefined;
  } finally {
    await session.release();
  }
}
