// Chooses what computes TensorFlow.js's operations: TensorFlow itself where the user installed it, else WebAssembly with
// SIMD and threads; the slow "cpu" only for who asks for it. The kernel calls ready() before the first cell; training,
// data and the tests call it before they make tensors.
import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs";
import { registerDilatedGradients } from "./dilated-gradients.js";
import { checkOptions, invalid } from "./invalid.js";
import { mendGradients } from "./mended-gradients.js";
import { registerMissingGradients } from "./missing-gradients.js";
import { findNativePackage, NATIVE_PACKAGES, startTensorflowBackend } from "./tensorflow-backend.js";
import { startWasmBackend } from "./wasm-backend.js";
import { MAX_WASM_THREADS } from "./wasm-module.js";

/** The backends that cellgrad knows; "auto" takes the fastest one that starts. */
export const BACKENDS = ["auto", "tensorflow", "wasm", "cpu"] as const;

/** One of {@link BACKENDS}. */
export type BackendChoice = (typeof BACKENDS)[number];

/** What is asked of {@link useBackend}. */
export interface BackendRequest {
  /** Default: the environment variable `CELLGRAD_BACKEND`, else "auto". */
  readonly backend?: BackendChoice;
  /**
   * Threads of the wasm backend, 1 to 8. Default: the environment variable `CELLGRAD_THREADS`, else as many as this
   * process may use cores. They are fixed once the backend has started; TensorFlow chooses its own.
   */
  readonly threads?: number;
}

/** How one candidate fared: it was used, it is not installed, or it failed, with the reason in a sentence. */
export interface BackendAttempt {
  readonly candidate: string;
  readonly outcome: "used" | "absent" | "failed";
  readonly reason: string;
}

/** The backend that computes, and how it was chosen. */
export interface Backend {
  readonly name: "tensorflow" | "wasm" | "cpu";
  /** The npm package that it came from. */
  readonly package: string;
  readonly version: string;
  /** Threads that it computes with; undefined where TensorFlow chooses them. */
  readonly threads: number | undefined;
  /** True where a GPU computes. */
  readonly gpu: boolean;
  /** The version of the TensorFlow library, for the native backend. */
  readonly tensorflow: string | undefined;
  /** All candidates that were tried, in order. */
  readonly attempts: readonly BackendAttempt[];
}

/** What was asked for last: pending while a backend starts. Never a failure, which leaves the previous backend. */
let current: Promise<Backend | undefined> = Promise.resolve(undefined);
let running: Backend | undefined;

/**
 * The backend that computes now; starts the default one the first time, or when none has started yet. Idempotent, and
 * free after the first call.
 *
 * @throws Error like {@link useBackend}'s
 */
export function ready(): Promise<Backend> {
  return running === undefined ? useBackend() : (current as Promise<Backend>);
}

/** The backend that computes now, or undefined before one has started. */
export function runningBackend(): Backend | undefined {
  return running;
}

/**
 * Starts a backend and makes it TensorFlow.js's current one. The same request again costs nothing, and an empty one
 * keeps the backend that runs. Tensors live in the backend that made them: choose before making any.
 *
 * @throws Error `invalid backend; …` with a reason for each candidate when none of those asked for starts; the backend
 *   that ran before then runs on
 */
export function useBackend(options: BackendRequest = {}): Promise<Backend> {
  const wanted = request(options);
  const next = current.then((backend) =>
    backend !== undefined && satisfies(backend, wanted) ? reuse(backend) : start(wanted),
  );
  current = next.catch(() => running);
  return next;
}

interface CompleteRequest {
  readonly choice: BackendChoice;
  /** Whether any backend that runs will do. */
  readonly any: boolean;
  readonly threads: number;
  /** Whether the number of threads was asked for, rather than found. */
  readonly explicit: boolean;
}

function request(options: BackendRequest): CompleteRequest {
  checkOptions("options", options, ["backend", "threads"]);
  const choice = options.backend ?? process.env.CELLGRAD_BACKEND ?? "auto";
  if (!isBackendChoice(choice)) throw invalid("backend", `one of ${BACKENDS.join(", ")}`, choice);
  const any = options.backend === undefined;
  const threads = options.threads ?? threadsFromEnvironment();
  if (threads === undefined) {
    return { choice, any, threads: Math.min(availableParallelism(), MAX_WASM_THREADS), explicit: false };
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_WASM_THREADS) {
    throw invalid("threads", `an integer from 1 to ${MAX_WASM_THREADS}`, threads);
  }
  return { choice, any, threads, explicit: options.threads !== undefined };
}

function threadsFromEnvironment(): number | undefined {
  const text = process.env.CELLGRAD_THREADS;
  return text === undefined || text === "" ? undefined : Number(text);
}

function isBackendChoice(value: string): value is BackendChoice {
  return (BACKENDS as readonly string[]).includes(value);
}

function satisfies(backend: Backend, wanted: CompleteRequest): boolean {
  const fits = wanted.choice === "auto" ? backend.name !== "cpu" : wanted.choice === backend.name;
  if (!fits && !wanted.any) return false;
  return !wanted.explicit || backend.threads === undefined || backend.threads === wanted.threads;
}

async function reuse(backend: Backend): Promise<Backend> {
  await tf.setBackend(backend.name);
  return backend;
}

async function start(wanted: CompleteRequest): Promise<Backend> {
  registerDilatedGradients();
  registerMissingGradients();
  mendGradients();
  const attempts: BackendAttempt[] = [];
  const candidates = CANDIDATES.filter((candidate) =>
    wanted.choice === "auto" ? candidate.name !== "cpu" : candidate.name === wanted.choice,
  );
  for (const candidate of candidates) {
    try {
      const found = await candidate.start(wanted.threads);
      if (typeof found === "string") {
        attempts.push({ candidate: candidate.package, outcome: "absent", reason: found });
        continue;
      }
      if (wanted.explicit && found.threads !== undefined && found.threads !== wanted.threads) {
        throw new Error(
          `invalid threads; expected ${found.threads}, with which the ${candidate.name} backend runs in this process: ${wanted.threads}`,
        );
      }
      attempts.push({ candidate: candidate.package, outcome: "used", reason: found.reason });
      const { reason: _, ...facts } = found;
      const backend: Backend = { name: candidate.name, package: candidate.package, ...facts, attempts };
      running = backend;
      return backend;
    } catch (error) {
      attempts.push({ candidate: candidate.package, outcome: "failed", reason: firstLine(error) });
    }
  }
  if (running !== undefined) await tf.setBackend(running.name);
  throw new Error(
    [
      `invalid backend; expected one that starts here: ${wanted.choice}`,
      ...attempts.map(({ candidate, outcome, reason }) => `  ${candidate} ${outcome}: ${reason}`),
      ...(wanted.choice === "auto"
        ? ['  useBackend({ backend: "cpu" }) works everywhere, about a hundred times slower']
        : []),
    ].join("\n"),
  );
}

type Started = Pick<Backend, "version" | "threads" | "gpu" | "tensorflow"> & { readonly reason: string };

interface Candidate {
  readonly name: Backend["name"];
  readonly package: string;
  /** Gives the facts of the backend, or a sentence when it is not installed. */
  start(threads: number): Promise<Started | string>;
}

const CANDIDATES: readonly Candidate[] = [
  ...NATIVE_PACKAGES.map(
    (name): Candidate => ({
      name: "tensorflow",
      package: name,
      async start() {
        const installation = findNativePackage(name);
        if (installation === undefined) return "not installed";
        const { tensorflow, gpu } = await startTensorflowBackend(installation);
        const reason = `${gpu ? "a GPU computes" : "native code on the CPU"}, TensorFlow ${tensorflow}`;
        return { version: installation.version, threads: undefined, gpu, tensorflow, reason };
      },
    }),
  ),
  {
    name: "wasm",
    package: "@tensorflow/tfjs-backend-wasm",
    async start(wanted) {
      const { threads, version } = await startWasmBackend(wanted);
      const reason = `comes with cellgrad; SIMD, ${threads} ${threads === 1 ? "thread" : "threads"}`;
      return { version, threads, gpu: false, tensorflow: undefined, reason };
    },
  },
  {
    name: "cpu",
    package: "@tensorflow/tfjs-backend-cpu",
    async start() {
      if (!(await tf.setBackend("cpu"))) throw new Error("tfjs could not start its cpu backend");
      const version = tf.version["tfjs-core"] ?? "";
      return {
        version,
        threads: 1,
        gpu: false,
        tensorflow: undefined,
        reason: "plain JavaScript, because it was asked for",
      };
    },
  },
];

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n")[0] ?? "";
}
