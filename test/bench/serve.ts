// `npm run bench:serve`: requests a second and p99 of `cellgrad serve` and of the same file behind FastAPI, onnxruntime and uvicorn, by
// autocannon with the same connections, in turns, in one run. Ratios are medians over the rounds. Ends with 1 when a bar is not met; without
// FastAPI there are no bars.
//
// Environment: ROUNDS (default 3), SECONDS (a measurement; default 5), CONNECTIONS (default 32), PYTHON (an interpreter with fastapi,
// uvicorn, onnxruntime, python-multipart and pillow; default python3).
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import * as ml from "../../lib/index.js";
import { Bars, median, medianRatio } from "./bars.js";
import type { Load, Report } from "./serve-load.js";

const rounds = Number(process.env.ROUNDS ?? 3);
const seconds = Number(process.env.SECONDS ?? 5);
const connections = Number(process.env.CONNECTIONS ?? 32);
const python = process.env.PYTHON ?? "python3";
const bar = 2;

interface Request {
  readonly title: string;
  readonly body: Buffer;
  readonly type: string;
  /** Where FastAPI takes it: its routes take one type of body each. */
  readonly path: string;
}

interface Measured {
  readonly rate: number;
  /** The server's processor time a request in milliseconds, which other load changes less than the rate; NaN but on Linux. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

interface Contender {
  readonly name: string;
  readonly child: ChildProcess;
  url(request: Request): string;
}

async function measure(contender: Contender, { body, type, ...request }: Request, duration: number): Promise<Measured> {
  const url = contender.url({ body, type, ...request });
  const load: Load = { url, type, body: body.toString("base64"), connections, duration };
  // In a process of its own, as both servers are.
  const child = spawn(process.execPath, [fileURLToPath(new URL("./serve-load.js", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(load));
  const before = processorTime(contender.child.pid);
  const { requests, latency, non2xx, errors } = JSON.parse(await text(child.stdout)) as Report;
  const cpu = (processorTime(contender.child.pid) - before) / requests.total;
  return { rate: requests.average, cpu, p50: latency.p50, p99: latency.p99, failures: non2xx + errors };
}

/** Milliseconds of a process and its children; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processorTime(pid: number | undefined): number {
  if (process.platform !== "linux") return Number.NaN;
  const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
  const [user = 0, system = 0] = read("stat").split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? [];
  const children = read(`task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  // Ticks of a hundredth of a second.
  return children.reduce((sum, child) => sum + processorTime(child), 10 * (user + system));
}

async function modelFile(directory: string): Promise<string> {
  await ml.ready();
  const { compose, normalize, resize, toTensor } = ml.transforms;
  const model = ml.models.lenet5({ inputShape: [32, 32, 1], classes: 10, batchNorm: false });
  const file = path.join(directory, "model.onnx");
  await ml.exporters.onnx(model, file, {
    transform: compose([resize(32), toTensor(), normalize([0.5], [0.5])]),
    imageShape: [28, 28, 1],
  });
  return file;
}

async function requestsOf(): Promise<readonly Request[]> {
  const { test } = await ml.data.mnist({ train: 10, test: 10, seed: 1 });
  const bytes = Buffer.from(test.get(0).values);
  const png = await sharp(bytes, { raw: { width: 28, height: 28, channels: 1 } })
    .png()
    .toBuffer();
  const start =
    '--cut\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
  const rows = Array.from({ length: 28 }, (_, y) => Array.from(bytes.subarray(28 * y, 28 * y + 28), (byte) => [byte]));
  return [
    {
      title: "PNG uploads",
      body: Buffer.concat([Buffer.from(start), png, Buffer.from("\r\n--cut--\r\n")]),
      type: "multipart/form-data; boundary=cut",
      path: "/predict",
    },
    {
      title: "JSON of pixels",
      body: Buffer.from(JSON.stringify({ inputs: [rows] })),
      type: "application/json",
      path: "/json",
    },
  ];
}

async function startOurs(file: string): Promise<Contender> {
  const main = fileURLToPath(new URL("../../kernel/cli/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, "serve", file, "--port", "0", "--log", "silent"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /at (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { name: "cellgrad serve", child, url: () => `${url}/predict` };
  }
  throw new Error("cellgrad serve ended");
}

async function startFastAPI(file: string, workers: number): Promise<Contender> {
  // The Python file is not compiled: it stays in the source tree.
  const script = fileURLToPath(new URL("../../../test/bench/serve-fastapi.py", import.meta.url));
  const child = spawn(python, [script, file, String(workers)], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = `http://127.0.0.1:${line}`;
    for (;;) {
      if (
        await fetch(`${url}/docs`)
          .then(({ ok }) => ok)
          .catch(() => false)
      )
        break;
      await sleep(100);
    }
    const name = `FastAPI, ${workers} worker${workers === 1 ? "" : "s"}`;
    return { name, child, url: (request) => url + request.path };
  }
  throw new Error("FastAPI ended");
}

const needed = "import fastapi, uvicorn, onnxruntime, multipart, PIL";
const hasFastAPI = spawnSync(python, ["-c", needed], { stdio: "ignore" }).status === 0;
console.log(
  `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.cpus().length} threads; Node ${process.version}; ${connections} connections, ` +
    `${rounds} rounds of ${seconds} s`,
);
if (!hasFastAPI) console.log(`FastAPI is not installed for ${python}: no ratios`);

const directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-bench-"));
const bars = new Bars();
const contenders: Contender[] = [];
try {
  const file = await modelFile(directory);
  contenders.push(await startOurs(file));
  if (hasFastAPI) contenders.push(await startFastAPI(file, 1), await startFastAPI(file, os.cpus().length));
  for (const request of await requestsOf()) {
    console.log(`\n${request.title}`);
    const results = contenders.map((): Measured[] => []);
    for (const contender of contenders) await measure(contender, request, 2);
    for (let round = 0; round < rounds; round++)
      for (const [i, contender] of contenders.entries()) results[i]?.push(await measure(contender, request, seconds));
    const [ours = []] = results;
    for (const [i, { name }] of contenders.entries()) {
      const own = results[i] ?? [];
      const of = (key: keyof Measured) => median(own.map((each) => each[key]));
      const rates = (measured: readonly Measured[]) => measured.map(({ rate }) => rate);
      let verdict = "";
      if (i > 0) {
        const ratio = medianRatio(rates(ours), rates(own));
        const late = medianRatio(
          own.map(({ p99 }) => p99),
          ours.map(({ p99 }) => p99),
        );
        verdict = `  ours ${ratio.toFixed(2)} ×, p99 ${late.toFixed(2)} × shorter`;
        // One worker is how both sides are started by default; more are shown beside it.
        if (i === 1)
          verdict += ` (bar ${bar}: ${bars.judge(request.title, ratio, bar)}; p99 1: ${bars.judge(`${request.title}, p99`, late, 1)})`;
      }
      const failures = own.reduce((sum, each) => sum + each.failures, 0);
      console.log(
        `  ${name.padEnd(20)}${of("rate").toFixed(0).padStart(6)} requests/s  p50 ${of("p50")} ms  p99 ${of("p99")} ms  CPU ${of("cpu").toFixed(2)} ms a request${failures > 0 ? `  ${failures} FAILED` : ""}${verdict}`,
      );
      if (failures > 0) bars.missed.push(`${request.title}, ${name}: ${failures} failures`);
    }
  }
} finally {
  for (const { child } of contenders) child.kill("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
}
if (bars.missed.length > 0) {
  console.error(`\nBars that are not met:\n${bars.missed.map((line) => `  ${line}`).join("\n")}`);
  process.exitCode = 1;
}
