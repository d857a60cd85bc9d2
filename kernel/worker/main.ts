// The worker: runs cells, one at a time, in the order in which the session sends them. Started by the session.
import { AsyncLocalStorage } from "node:async_hooks";
import { readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { inspect } from "node:util";
import type { CompiledCell, ResolvedModule, ToSession, ToWorker } from "../ipc/cell-messages.js";
import { encodeFrame, FrameReader } from "../ipc/frames.js";

interface Box {
  v: unknown;
  n: number;
}

const require = createRequire(import.meta.url);
const boxes = new Map<string, Box>();
const current = new AsyncLocalStorage<string>();
const waiting = new Map<number, (module: ResolvedModule) => void>();
const modules = new Map<string, { version: string; exports: Promise<object> }>();
let questions = 0;

function send(message: ToSession): void {
  const frame = encodeFrame(message);
  for (let at = 0; at < frame.length; ) {
    try {
      at += writeSync(3, frame, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (chunk: string | Uint8Array) => {
    send({ type: "stream", cell: current.getStore() ?? "", name, text: String(chunk) });
    return true;
  };
}

function box(name: string): Box {
  let found = boxes.get(name);
  if (!found) {
    found = { v: undefined, n: 0 };
    boxes.set(name, found);
  }
  return found;
}

function runtime(from: string | null) {
  return {
    import: (specifier: string) => load(specifier, from),
    await: (value: unknown) => value,
    asyncIterable: (value: unknown) => value,
    lookup: (name: string) => {
      const found = boxes.get(name);
      if (found && found.n > 0) return found.v;
      if (name in globalThis) return (globalThis as Record<string, unknown>)[name];
      throw new ReferenceError(`${name} is not defined`);
    },
    meta: { url: "" },
  };
}

async function load(specifier: string, from: string | null): Promise<object> {
  const module = await new Promise<ResolvedModule>((resolve) => {
    questions += 1;
    waiting.set(questions, resolve);
    send({ type: "resolve", id: questions, specifier, from });
  });
  if (module.kind === "native") return import(module.url) as Promise<object>;
  if (module.kind === "error") throw new Error(module.message);
  if (module.kind === "empty") return {};
  if (module.kind === "json") return { default: JSON.parse(module.text) as unknown };
  if (module.kind === "commonjs") {
    delete require.cache[module.path];
    const value = require(module.path) as object;
    return { ...value, default: value };
  }
  const known = modules.get(module.path);
  if (known?.version === module.version) return known.exports;
  const exports = {};
  const evaluate = globalThis.eval(module.code) as (...values: unknown[]) => Promise<void>;
  const done = evaluate(runtime(module.path), exports, {}).then(() => exports);
  modules.set(module.path, { version: module.version, exports: done });
  return done;
}

async function execute(cell: string, code: CompiledCell): Promise<void> {
  try {
    const evaluate = globalThis.eval(code.code) as (...values: unknown[]) => Promise<{ value: unknown } | undefined>;
    const result = await evaluate(runtime(null), ...code.boxes.map(box));
    const value = result && (await result.value);
    if (value !== undefined) send({ type: "result", cell, data: { "text/plain": inspect(value) }, metadata: {} });
    send({ type: "done", cell, status: "ok", unassigned: [] });
  } catch (error) {
    const unassigned = code.declares.filter((name) => box(name).n !== code.count);
    const { name, message, stack } = error instanceof Error ? error : { name: "Error", message: String(error), stack: "" };
    const traceback = [`${name}: ${message}`, ...(stack ?? "").split("\n").slice(1)];
    send({ type: "done", cell, status: "error", error: { ename: name, evalue: message, traceback }, unassigned });
  }
}

function receive(message: ToWorker): void {
  if (message.type === "execute") {
    // A macrotask of its own: a cell that is broken off takes nothing of ours with it.
    setImmediate(() => void current.run(message.cell, () => execute(message.cell, message.code)));
  } else if (message.type === "resolved") {
    waiting.get(message.id)?.(message.module);
    waiting.delete(message.id);
  } else if (message.type === "forget") {
    for (const name of message.names ?? boxes.keys()) boxes.delete(name);
  } else if (message.type === "shutdown") process.exit(0);
}

box("tf").v = require("@tensorflow/tfjs");
box("tf").n = 1;
const frames = new FrameReader<ToWorker>(receive);
const pipe = new Socket({ fd: 4, readable: true, writable: false });
pipe.on("data", (chunk) => frames.push(chunk));
pipe.on("close", () => process.exit(0));
void readSync;
send({ type: "ready" });
