// What `ml.environment()` shows: which backend computes and why, with what threads, versions, memory and GPU, and what
// would make it faster. Reads files and counters only, so it is instant and never starts a backend.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { type Backend, runningBackend } from "./backend.js";
import { escapeHTML } from "./escape-html.js";

const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** One thing that would make training faster, and the command or call that does it. */
export interface Advice {
  readonly what: string;
  readonly how: string;
}

/** The machine and the process as the library sees them; shows itself as a table. */
export interface Environment {
  /** undefined before a backend has started. */
  readonly backend: Backend | undefined;
  /** Why this backend computes, in a sentence. */
  readonly why: string;
  readonly cores: { readonly available: number; readonly model: string };
  /** Versions by package; undefined for an optional one that is not installed. */
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Bytes: of the machine (or the container's limit), of this process, and of its tensors. */
  readonly memory: {
    readonly total: number;
    readonly free: number;
    readonly process: number;
    readonly tensors: number;
    readonly tensorCount: number;
  };
  /** Names of the machine's NVIDIA GPUs. */
  readonly gpus: readonly string[];
  readonly advice: readonly Advice[];
  [DISPLAY](): Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);

/** Looks at the machine and the process now. */
export function environment(): Environment {
  const backend = runningBackend();
  const gpus = nvidiaGpus("/proc/driver/nvidia/gpus");
  const cores = { available: availableParallelism(), model: cpus()[0]?.model.trim() ?? "unknown" };
  const versions = {
    node: process.versions.node,
    cellgrad: packageVersion("../../../package.json"),
    "@tensorflow/tfjs": tf.version.tfjs,
    ...(backend === undefined ? {} : { [backend.package]: backend.version }),
    ...(backend?.tensorflow === undefined ? {} : { tensorflow: backend.tensorflow }),
    "onnxruntime-node": packageVersion("onnxruntime-node/package.json"),
  };
  const used = backend?.attempts.find(({ outcome }) => outcome === "used");
  const why = used?.reason ?? "no backend has started yet: await ml.ready()";
  const facts = { backend, why, cores, versions, memory: memory(backend), gpus };
  const advice = adviseFor({ ...facts, compiles: versions["onnxruntime-node"] !== undefined });
  return { ...facts, advice, [DISPLAY]: () => display({ ...facts, advice }) };
}

type Facts = Omit<Environment, typeof DISPLAY | "advice">;

/** What would make it faster. Pure: the tests give it machines that are not there. */
export function adviseFor(
  facts: Pick<Facts, "backend" | "cores" | "gpus"> & { readonly compiles: boolean },
): readonly Advice[] {
  const { backend, cores, gpus, compiles } = facts;
  const advice: Advice[] = [];
  for (const { candidate, outcome, reason } of backend?.attempts ?? []) {
    if (outcome === "failed") advice.push({ what: `${candidate} is installed but failed`, how: reason });
  }
  if (backend?.name === "cpu") {
    advice.push({
      what: "plain JavaScript is about a hundred times slower",
      how: 'await ml.useBackend({ backend: "wasm" })',
    });
  }
  if (gpus.length > 0 && backend?.gpu !== true) {
    advice.push({
      what: `${gpus[0]} is not used`,
      how: "pip install 'tensorflow[and-cuda]', then: cellgrad backend build",
    });
  } else if (backend?.name === "wasm") {
    advice.push({
      what: "TensorFlow's own kernels are faster for large batches that are not compiled",
      how: "pip install tensorflow-cpu, then: cellgrad backend build",
    });
  }
  if (backend?.name === "wasm" && (backend.threads ?? 1) < Math.min(cores.available, 8)) {
    advice.push({
      what: `${backend.threads} of ${cores.available} cores compute`,
      how: `start with CELLGRAD_THREADS=${Math.min(cores.available, 8)}`,
    });
  }
  if (!compiles) {
    // Its script would fetch CUDA parts, and the package is lost where it can't.
    const how = "npm install onnxruntime-node --onnxruntime-node-install=skip";
    advice.push({ what: "training steps are not compiled, only run eagerly", how });
  }
  return advice;
}

function memory(backend: Backend | undefined): Environment["memory"] {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  // Asking tfjs for its counters would start a backend.
  const { numBytes = 0, numTensors = 0 } = backend === undefined ? {} : tf.memory();
  return { total, free: freemem(), process: process.memoryUsage.rss(), tensors: numBytes, tensorCount: numTensors };
}

/** The names of the GPUs that NVIDIA's driver lists in a folder of /proc, one folder a card; none without a driver. */
export function nvidiaGpus(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((card) => {
      const information = readFileSync(join(folder, card, "information"), "utf8");
      return /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim() ?? "NVIDIA GPU";
    });
  } catch {
    return [];
  }
}

function packageVersion(manifest: string): string | undefined {
  try {
    return (require(manifest) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function display(facts: Facts & Pick<Environment, "advice">): Readonly<Record<string, string>> {
  const { backend, why, cores, versions, memory, gpus, advice } = facts;
  const threads = backend?.threads === undefined ? "chosen by the backend" : String(backend.threads);
  const rows: readonly (readonly [string, string])[] = [
    ["backend", backend === undefined ? "none" : `${backend.name} (${why})`],
    ...(backend?.attempts ?? [])
      .filter(({ outcome }) => outcome !== "used")
      .map(
        ({ candidate, outcome, reason }) =>
          ["", `${candidate} ${outcome === "absent" ? "" : "failed: "}${reason}`] as const,
      ),
    ...(backend === undefined ? [["", why] as const] : []),
    ["threads", `${threads}; ${cores.available} cores (${cores.model})`],
    [
      "gpu",
      gpus.length === 0 ? "none found" : `${gpus.join(", ")}${backend?.gpu === true ? " (used)" : " (not used)"}`,
    ],
    ["memory", `${bytes(memory.process)} this process, ${bytes(memory.free)} free of ${bytes(memory.total)}`],
    ["tensors", `${memory.tensorCount.toLocaleString("en-US")}, ${bytes(memory.tensors)}`],
    [
      "versions",
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version ?? "not installed"}`)
        .join(", "),
    ],
    ...advice.map(({ what, how }, i) => [i === 0 ? "faster" : "", `${what}: ${how}`] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const text = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  const html = rows.map(
    ([name, value]) =>
      `<tr><th style="text-align:left">${escapeHTML(name)}</th><td style="text-align:left">${escapeHTML(value)}</td></tr>`,
  );
  return { "text/plain": text, "text/html": `<table>${html.join("")}</table>` };
}

function bytes(count: number): string {
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(0)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}
