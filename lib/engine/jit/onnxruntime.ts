// The only door to onnxruntime-node (an optional dependency): loads it once, makes sessions and tensors. Called by compiled-graph.ts,
// mirrored-variable.ts and stepper.ts.
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Elements, ElementType } from "./graph.js";

type Runtime = typeof import("onnxruntime-node");
export type RuntimeTensor = Tensor;
export type Session = InferenceSession;

let loading: Promise<Runtime> | undefined;

/** @throws when the package is not installed or its library can't be loaded on this machine; the message says which. */
export function loadRuntime(): Promise<Runtime> {
  loading ??= import("onnxruntime-node").catch((error: unknown) => {
    loading = undefined;
    const cause = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(
      `onnxruntime-node could not be loaded (npm install onnxruntime-node --onnxruntime-node-install=skip): ${cause}`,
    );
  });
  return loading;
}

/** @param threads threads inside one operator; they sleep while there is no work. */
export async function createSession(model: Uint8Array, threads: number): Promise<Session> {
  const runtime = await loadRuntime();
  return runtime.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    enableProfiling: profilePrefix !== undefined,
    ...(profilePrefix === undefined ? {} : { profileFilePrefix: profilePrefix }),
    // Threads that spin between steps would take the cores from everything else in the process.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
}

const profilePrefix: string | undefined = process.env.CELLGRAD_PROFILE_STEP;

export function runtimeTensor(
  runtime: Runtime,
  type: ElementType,
  elements: Elements,
  shape: readonly number[],
): RuntimeTensor {
  return new runtime.Tensor(type, elements, [...shape]);
}
