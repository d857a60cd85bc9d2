// The script that every thread of the wasm backend runs. Emscripten's own thread script is a string inside
// @tensorflow/tfjs-backend-wasm (for a browser's Blob URL) and expects CommonJS globals; Node starts threads from
// files, so this file gives it those globals. wasm-module.ts names it to Emscripten; nobody imports it.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const {
  wasmWorkerContents,
} = require("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js");
// One of its string literals holds a bare line break, which is `\n` again in the script that was meant.
const script = String(wasmWorkerContents).replaceAll("\n", "\\n");
new Function("require", "__filename", script)(require, fileURLToPath(import.meta.url));
