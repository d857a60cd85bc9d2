// The thread that a model runs in, so that a large model never keeps the server from answering. Started by model-thread.ts.
import { parentPort, workerData } from "node:worker_threads";
import { createSession, loadRuntime } from "../engine/jit/onnxruntime.js";

export type Numbers = Uint8Array | Int32Array | Float32Array;

export interface ModelSetup {
  readonly bytes: Uint8Array;
  readonly threads: number;
}

/** What the model takes and gives; a length by name (the batch) is a string. */
export interface Signature {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface BatchRequest {
  readonly id: number;
  readonly values: Numbers;
  readonly shape: readonly number[];
}

export type ThreadMessage =
  | { readonly kind: "ready"; readonly inputs: readonly Signature[]; readonly outputs: readonly Signature[] }
  | { readonly kind: "unreadable"; readonly message: string }
  | { readonly kind: "answer"; readonly id: number; readonly values: Float32Array; readonly shape: readonly number[] }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

if (parentPort !== null) await serve(parentPort, workerData as ModelSetup);

async function serve(port: NonNullable<typeof parentPort>, { bytes, threads }: ModelSetup): Promise<void> {
  const tell = (message: ThreadMessage, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const runtime = await loadRuntime();
  const session = await createSession(bytes, threads).catch((error: unknown) => {
    tell({ kind: "unreadable", message: textOf(error) });
  });
  if (!session) return;
  const inputs = session.inputMetadata.map(signatureOf);
  const outputs = session.outputMetadata.map(signatureOf);
  const [inputName = "", outputName = ""] = [session.inputNames[0], session.outputNames[0]];
  port.on("message", async (request: BatchRequest | "close") => {
    if (request === "close") {
      await session.release();
      port.close();
      return;
    }
    const { id, values, shape } = request;
    try {
      const type = values instanceof Uint8Array ? "uint8" : values instanceof Int32Array ? "int32" : "float32";
      const tensor = new runtime.Tensor(type as "float32", values as Float32Array, [...shape]);
      // What fails is told to who asked; a line of text for each would be a way to fill a log.
      const output = (await session.run({ [inputName]: tensor }, { logSeverityLevel: 4 }))[outputName];
      // A copy: onnxruntime's own memory is not to be given away.
      const answer = Float32Array.from(output?.data as Float32Array);
      tell({ kind: "answer", id, values: answer, shape: output?.dims ?? [] }, [answer.buffer]);
    } catch (error) {
      tell({ kind: "failed", id, message: textOf(error) });
    }
  });
  tell({ kind: "ready", inputs, outputs });
}

function signatureOf(metadata: {
  name: string;
  isTensor: boolean;
  type?: string;
  shape?: readonly (number | string)[];
}): Signature {
  const { name, isTensor, type = "", shape = [] } = metadata;
  return { name, type: isTensor ? type : "no tensor", shape };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
