// `npm run bench:hostile`: 10,000 hostile requests against `cellgrad serve` in a process of its own. Says how they ended, and the server's memory
// and open files on the way; ends with 1 when one got a 5xx but 503, the server did not answer a good request at the end, or what it holds
// grew with the number of requests.
//
// Environment: REQUESTS (default 10000), CLIENTS (default 24), SEED (default 0).
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { attack, type Ingredients } from "../lib/serve/hostile.js";
import { modelFiles } from "../lib/serve/model-files.js";
import { answered, pictureFile, randomBytes, upload } from "../lib/serve/pictures.js";

const requests = Number(process.env.REQUESTS ?? 10_000);
const clients = Number(process.env.CLIENTS ?? 24);
const firstSeed = Number(process.env.SEED ?? 0);
/**
 * Bytes by which the least memory of the last quarter may be above the least of the second, when caches are full and pools are warm. The least,
 * since garbage comes and goes, and what is kept stays.
 */
const mostGrowth = 48 * 2 ** 20;

const files = await modelFiles();
const formats = ["png", "webp", "jpeg", "gif", "tiff"] as const;
const digit = [28, 28, 1] as const;
const pictures = await Promise.all(formats.map((format) => pictureFile(randomBytes(784, 1), digit, format)));
const ingredients: Ingredients = { pictures };
const main = fileURLToPath(new URL("../../kernel/cli/main.js", import.meta.url));
const limits = ["--max-body", String(2 ** 20), "--fit", "cover", "--request-timeout", "500"];
const server = spawn(process.execPath, [main, "serve", files.digits, "--port", "0", "--log", "error", ...limits], {
  stdio: ["ignore", "inherit", "pipe"],
});
let exit: number | NodeJS.Signals | null = null;
server.once("exit", (code, signal) => {
  exit = code ?? signal;
});
const url = await urlOf();

async function urlOf(): Promise<string> {
  for await (const line of createInterface({ input: server.stderr })) {
    const found = /Serving .*, at (http:\S+)$/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error("cellgrad serve ended");
}

async function held(): Promise<{ memory: number; inputs: number; files: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const number = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  const open = process.platform === "linux" ? readdirSync(`/proc/${server.pid}/fd`).length : 0;
  return { memory: number("process_resident_memory_bytes"), inputs: number("cellgrad_inputs"), files: open };
}

const endings = new Map<string, Map<number, number>>();
const wrong: string[] = [];
const memory: number[] = [];
let next = 0;
const start = performance.now();
const openBefore = (await held()).files;
await Promise.all(
  Array.from({ length: clients }, async () => {
    for (let i = next++; i < requests; i = next++) {
      const seed = firstSeed + i;
      const { kind, status, text } = await attack(url, seed, ingredients).catch((error: Error) => ({
        kind: "no end",
        status: 599,
        text: error.message,
      }));
      const counts = endings.get(kind) ?? new Map<number, number>();
      endings.set(kind, counts.set(status, (counts.get(status) ?? 0) + 1));
      if (status >= 500 && status !== 503) wrong.push(`seed ${seed}, ${kind}: ${text.slice(0, 200)}`);
      if (i % Math.ceil(requests / 20) === 0) memory.push((await held()).memory);
    }
  }),
);
// Clients that left are noticed, and their work ends.
await sleep(2000);
const end = await held();
memory.push(end.memory);
const seconds = (performance.now() - start) / 1000;
console.log(`${requests} hostile requests in ${seconds.toFixed(0)} s; Node ${process.version}`);
for (const [kind, counts] of [...endings].sort(([a], [b]) => a.localeCompare(b))) {
  const parts = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status || "cut"} × ${count}`);
  console.log(`  ${kind.padEnd(26)}${parts.join(", ")}`);
}
const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
console.log(`memory (MB): ${memory.map(megabytes).join(" ")}; open files: ${openBefore} before, ${end.files} after`);
const half = memory[memory.length >> 1] ?? Number.NaN;
if (!(end.memory - half < mostGrowth))
  wrong.push(`memory grew by ${megabytes(end.memory - half)} MB in the second half`);
if (end.inputs !== 0) wrong.push(`${end.inputs} inputs are still held`);
if (end.files > openBefore + 8) wrong.push(`${end.files - openBefore} files are still open`);
await answered(upload(url, [pictures[0] ?? Buffer.alloc(0)])).catch((error: Error) =>
  wrong.push(`a good request: ${error.message}`),
);
if (exit !== null) wrong.push(`the server ended with ${exit}`);
server.kill("SIGTERM");
await new Promise((resolve) => (server.exitCode === null ? server.once("exit", resolve) : resolve(undefined)));
files.remove();
if (wrong.length > 0) {
  console.error(`\nNot as it must be:\n${wrong.map((line) => `  ${line}`).join("\n")}`);
  process.exitCode = 1;
}
