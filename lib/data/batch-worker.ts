// A worker thread that makes batches. Started by worker-pool.ts; reads the data set in shared memory and gives each job's
// batches back in one message.
import { parentPort, workerData } from "node:worker_threads";
import { type BatchSource, type BatchTransform, makeBatch, type ReadyBatch } from "./batch.js";

/** What a worker is started with. */
export interface WorkerSetup {
  readonly source: BatchSource;
  readonly transform: { readonly module: string; readonly json: unknown } | undefined;
}

/** Some consecutive batches of one epoch. */
export interface BatchJob {
  readonly rows: Uint32Array;
  readonly seeds: Uint32Array;
  readonly batchSize: number;
  /** One shared int32: not 0 once nobody wants the batches any more. */
  readonly cancelled: Int32Array;
}

export type BatchRequest = BatchJob & { readonly id: number };
export type BatchReply = { readonly id: number } & (
  | { readonly batches: readonly ReadyBatch[] }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string | undefined } }
);

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const { source, transform } = workerData as WorkerSetup;
  let revived: Promise<BatchTransform | undefined> | undefined;
  const revive = async () => {
    if (transform === undefined) return undefined;
    const { fromJSON } = (await import(transform.module)) as { fromJSON(json: unknown): BatchTransform };
    return fromJSON(transform.json);
  };
  port.on("message", async (request: BatchRequest) => {
    const { id, rows, seeds, batchSize, cancelled } = request;
    try {
      revived ??= revive();
      const ready = await revived;
      const batches: ReadyBatch[] = [];
      for (let start = 0; start < rows.length && Atomics.load(cancelled, 0) === 0; start += batchSize) {
        const end = start + batchSize;
        batches.push(makeBatch(source, rows.subarray(start, end), seeds.subarray(start, end), ready));
      }
      const buffers = new Set(batches.flatMap(({ values, labels }) => [values.buffer, labels.buffer]));
      const owned = [...buffers].filter((buffer) => buffer instanceof ArrayBuffer);
      port.postMessage({ id, batches } satisfies BatchReply, owned);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      port.postMessage({
        id,
        error: { name: error.name, message: error.message, stack: error.stack },
      } satisfies BatchReply);
    }
  });
}

await main();
