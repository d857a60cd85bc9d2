// Makes "wasm" a backend of tfjs: the module with its threads, and the kernels that training needs on top of those it
// comes with. Called by backend.ts, once a process: tfjs's tensors live in the memory of one module.

import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import { registerWasmKernels } from "./wasm-kernels/register.js";
import { loadWasmModule, MAX_WASM_THREADS, releaseThreads } from "./wasm-module.js";

/** The wasm backend as it runs. */
export interface WasmBackendInfo {
  readonly threads: number;
  /** The version of `@tensorflow/tfjs-backend-wasm`. */
  readonly version: string;
}

/**
 * Starts the wasm backend and makes it tfjs's current one. A wasm backend that already runs is kept with its threads.
 * Throws what WebAssembly throws where it, or its SIMD instructions, are not supported.
 */
export async function startWasmBackend(threads: number): Promise<WasmBackendInfo> {
  if (!("wasm" in tf.engine().registry)) {
    const module = await loadWasmModule(Math.min(threads, MAX_WASM_THREADS));
    wasm.setThreadsCount(threads);
    tf.removeBackend("wasm");
    const backend = new wasm.BackendWasm(module as never);
    releaseThreads(module);
    tf.registerBackend("wasm", () => backend, 2);
  }
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs could not start its wasm backend");
  registerWasmKernels();
  return { threads: wasm.getThreadsCount(), version: wasm.version_wasm };
}
