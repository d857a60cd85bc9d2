// The only door to onnxruntime-node (an optional dependency): loads it once, makes sessions, runs them, makes tensors. Called by compiled
// steps and inference, the exporters' self-check, compression and the server's threads.
import { AsyncResource } from "node:async_hooks";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Elements, ElementType } from "./graph.js";
import { releaseCopies } from "./released-copies.js";

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

/**
 * How long threads look for more work before they sleep: to wake one for each operator takes as long as many an operator. Once the run is
 * over they sleep at once, so that they take no core from anything between steps. A longer time slows a busy machine down.
 */
const spinMicroseconds = 50;

/** onnxruntime's settings of an operator's threads; a single one has none to wait for. */
export function threadSettings(threads: number): {
  readonly intra_op: Readonly<Record<string, string>>;
  readonly force_spinning_stop?: string;
} {
  if (threads === 1) return { intra_op: { allow_spinning: "0" } };
  return {
    intra_op: { allow_spinning: "1", spin_duration_us: String(spinMicroseconds) },
    force_spinning_stop: "1",
  };
}

/**
 * onnxruntime-node waits for a turn of the event loop (setImmediate) before it runs. In a notebook that is the cell's, which Stop clears:
 * who awaits the run would wait for ever, and no step after it could begin. Made when the library is loaded, this belongs to no cell.
 */
const ofNoCell = new AsyncResource("cellgrad.onnxruntime");

/**
 * `session.run`, which Stop lets end.
 * @param fetches the outputs that are wanted, each with a tensor to write it to, or null
 */
export async function runSession(
  session: Session,
  feeds: InferenceSession.OnnxValueMapType,
  fetches?: Readonly<Record<string, RuntimeTensor | null>>,
): Promise<Record<string, RuntimeTensor>> {
  if (fetches === undefined) return tensorsOf(await ofNoCell.runInAsyncScope(() => session.run(feeds)));
  const results = tensorsOf(await ofNoCell.runInAsyncScope(() => session.run(feeds, fetches)));
  releaseCopies(results, fetches);
  return results;
}

/** Our graphs have no other values. */
function tensorsOf(results: InferenceSession.ReturnType): Record<string, RuntimeTensor> {
  return results as Record<string, RuntimeTensor>;
}

/** A session on the processor; onnxruntime's own settings, but those that are given. Stop lets it open. */
export async function openSession(model: Uint8Array, settings: InferenceSession.SessionOptions = {}): Promise<Session> {
  const { InferenceSession: Sessions } = await loadRuntime();
  const options = { executionProviders: ["cpu"], logSeverityLevel: 3, ...settings } as const;
  return ofNoCell.runInAsyncScope(() => Sessions.create(model, options));
}

/** @param threads threads inside one operator */
export function createSession(model: Uint8Array, threads: number): Promise<Session> {
  return openSession(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    enableProfiling: profilePrefix !== undefined,
    ...(profilePrefix === undefined ? {} : { profileFilePrefix: profilePrefix }),
    extra: { session: threadSettings(threads) },
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
