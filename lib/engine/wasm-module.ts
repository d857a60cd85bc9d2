// Loads the WebAssembly module of @tensorflow/tfjs-backend-wasm by hand: with SIMD, and with threads where more than
// one is asked for. The package's own loader never uses threads in Node (tensorflow/tfjs issue 3830) and leaves
// listeners on the process. Called by wasm-backend.ts.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** The functions and memory of the compiled module that cellgrad touches; the rest belongs to tfjs. */
export interface WasmModule {
  readonly HEAPU8: Uint8Array<ArrayBufferLike>;
  cwrap(name: string, result: string | null, args: readonly string[]): (...args: unknown[]) => unknown;
  tfjs?: {
    init(): void;
    initWithThreadsCount(count: number): void;
    getThreadsCount(): number;
    registerTensor(id: number, size: number, offset: number): void;
    disposeData(id: number): void;
    dispose(): void;
  };
  readonly PThread?: { readonly unusedWorkers: Worker[]; readonly runningWorkers: Worker[] };
}

interface WasmConfig {
  locateFile(path: string): string;
  instantiateWasm(imports: WasmImports, receive: (instance: unknown, module: unknown) => void): object;
  readonly mainScriptUrlOrBlob: string;
  readonly PThread?: WasmModule["PThread"];
}

type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

// Node's types name the global only beside the DOM's.
const webAssembly = Reflect.get(globalThis, "WebAssembly") as {
  instantiate(binary: Uint8Array, imports: WasmImports): Promise<{ instance: unknown; module: unknown }>;
};

/** The largest number of threads the compiled module can run: Emscripten's thread pool is fixed at 8. */
export const MAX_WASM_THREADS = 8;

const require = createRequire(import.meta.url);
const PROCESS_EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Loads the module for a number of threads (1 to {@link MAX_WASM_THREADS}).
 * Throws what WebAssembly throws when this machine cannot run it.
 */
export async function loadWasmModule(threads: number): Promise<WasmModule> {
  const folder = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out");
  const name = threads > 1 ? "tfjs-backend-wasm-threaded-simd" : "tfjs-backend-wasm";
  const script = join(folder, `${name}.js`);
  const factory = require(script) as (config: WasmConfig) => Promise<WasmModule>;
  // Emscripten keeps its module in the object it is configured with, so the pool can be cut to size before it loads.
  let failed: (reason: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  const config: WasmConfig = {
    mainScriptUrlOrBlob: script,
    locateFile: (path) =>
      path.endsWith(".worker.js") ? fileURLToPath(new URL("./wasm-thread.js", import.meta.url)) : join(folder, path),
    instantiateWasm(imports, receive) {
      const instantiate = async () => {
        const binary = await readFile(join(folder, threads > 1 ? `${name}.wasm` : `${name}-simd.wasm`));
        return webAssembly.instantiate(binary, withCores(imports, 2 * MAX_WASM_THREADS));
      };
      instantiate().then(({ instance, module }) => receive(instance, module), failed);
      return {};
    },
  };
  const loading = withoutTraces(() => factory(config));
  for (const worker of config.PThread?.unusedWorkers.splice(threads - 1) ?? []) void worker.terminate();
  const module = await Promise.race([loading, failure]);
  module.tfjs = bindTfjs(module);
  return module;
}

/** Lets the process end while the module's threads wait for work; Emscripten holds it from the moment they start. */
export function releaseThreads(module: WasmModule): void {
  for (const worker of module.PThread?.runningWorkers ?? []) worker.unref();
}

/** A thread without the process's flags for its main script (--import, --input-type), which are not for this one. */
class PlainWorker extends Worker {
  constructor(file: string) {
    super(file, { execArgv: [] });
  }
}

// Emscripten makes every error that nobody caught end the process (that is for the kernel or the user's script to
// say), and leaves a global Worker behind, by which other packages take Node for a browser.
function withoutTraces<T>(load: () => T): T {
  const before = PROCESS_EVENTS.map((event) => new Set<unknown>(process.rawListeners(event)));
  const worker = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  Object.defineProperty(globalThis, "Worker", { configurable: true, get: () => PlainWorker, set: () => undefined });
  try {
    return load();
  } finally {
    Reflect.deleteProperty(globalThis, "Worker");
    if (worker !== undefined) Object.defineProperty(globalThis, "Worker", worker);
    for (const [i, event] of PROCESS_EVENTS.entries()) {
      for (const listener of process.rawListeners(event)) {
        if (!before[i]?.has(listener)) process.removeListener(event, listener as (...args: unknown[]) => void);
      }
    }
  }
}

// The module starts at most half as many threads as the machine has cores, which it asks of one imported function. How
// many threads there are is for backend.ts to say.
function withCores(imports: WasmImports, cores: number): WasmImports {
  const isCount = (value: unknown) => typeof value === "function" && value.name === "_emscripten_num_logical_cores";
  const entries = Object.entries(imports).map(([space, values]) => [
    space,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isCount(value) ? () => cores : value])),
  ]);
  return Object.fromEntries(entries);
}

function bindTfjs(module: WasmModule): NonNullable<WasmModule["tfjs"]> {
  const bind = <F>(name: string, result: string | null, args: number) =>
    module.cwrap(name, result, Array<string>(args).fill("number")) as F;
  return {
    init: bind("init", null, 0),
    initWithThreadsCount: bind("init_with_threads_count", null, 1),
    getThreadsCount: bind("get_threads_count", "number", 0),
    registerTensor: bind("register_tensor", null, 3),
    disposeData: bind("dispose_data", null, 1),
    dispose: bind("dispose", null, 0),
  };
}
