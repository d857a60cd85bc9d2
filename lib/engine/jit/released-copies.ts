// onnxruntime-node gives every output as a new array, even one that was written where its caller asked: of a training step that is a copy
// of all weights and the optimizer's state. Nobody reads those, and waiting for the garbage collector costs more than the step's
// own JavaScript: V8 counts their bytes, and before long collects everything several times a second. Called by onnxruntime.ts.
import { MessageChannel } from "node:worker_threads";

/** Whoever sends to it gets rid of what is sent: a port that is closed takes arrays out of the sender's hands and keeps none. */
const nowhere = closedPort();

function closedPort() {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  return port2;
}

interface WithData {
  readonly data: unknown;
}

/**
 * Gives the memory of outputs back that exist twice, at once, and puts their callers' own tensors in their places.
 * @param results what the run gave; changed
 * @param fetches where the caller wanted it; null for what is new
 */
export function releaseCopies<Value extends object>(
  results: Record<string, Value>,
  fetches: Readonly<Record<string, Value | null>>,
): void {
  const copies: ArrayBuffer[] = [];
  for (const [name, own] of Object.entries(fetches)) {
    const result = results[name];
    if (own === null || result === undefined || result === own) continue;
    const [copy, kept] = [bufferOf(result), bufferOf(own)];
    if (copy === undefined || copy === kept) continue;
    copies.push(copy);
    results[name] = own;
  }
  if (copies.length) nowhere.postMessage(undefined, copies);
}

function bufferOf(value: object): ArrayBuffer | undefined {
  const { data } = value as WithData;
  return ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer ? data.buffer : undefined;
}
