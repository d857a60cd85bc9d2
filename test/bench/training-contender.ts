// One way to train, in a process of its own: reads measurements to make from standard input, one JSON a line, and answers each with images a
// second. Started by training.ts as `node training-contender.js compiled|eager|fit|stock BACKEND THREADS`; "stock" is tfjs-wasm as it comes,
// without our kernels.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type BackendChoice, useBackend } from "../../lib/engine/backend.js";
import { compile } from "../../lib/engine/jit/compile.js";
import { compileInference } from "../../lib/engine/jit/compile-inference.js";
import { momentumSgd } from "../lib/engine/jit/momentum.js";
import { trainFromLoader } from "./training-loader.js";
import { batch, type NetName, nets } from "./training-net.js";

/** What training.ts asks for. */
export interface Request {
  readonly net: NetName;
  /** "loader": epochs of a data set through a loader, everything included: workers' start, compilation, transforms. */
  readonly task: "train" | "infer" | "loader";
  readonly batch: number;
  readonly seconds: number;
}

export interface Answer {
  readonly rate: number;
  /** Images for each second of processor time, all threads together: says more than the rate where the machine is busy. */
  readonly cpuRate?: number;
  readonly note?: string;
}

type Run = () => Promise<string | undefined>;

const [way = "compiled", backend = "wasm", threads = "2"] = process.argv.slice(2);

function prepare({ net, task, batch: size }: Request): Run {
  const model = nets[net]();
  const { images, classes } = batch(size);
  const x = { data: images, shape: [size, 32, 32, 3], dtype: "float32" as const };
  const y = { data: classes, shape: [size, 10], dtype: "float32" as const };
  const mode = way === "compiled" ? "compiled" : "eager";
  if (task === "infer" && way === "stock") {
    const xs = tf.tensor(images, x.shape);
    return async () => {
      const scores = model.predict(xs) as tf.Tensor;
      await scores.data();
      scores.dispose();
      return undefined;
    };
  }
  if (task === "infer") {
    const predict = compileInference((input) => model.apply(input) as tf.Tensor, { mode, threads: Number(threads) });
    return async () => (await predict(x)).reason;
  }
  if (way === "fit" || way === "stock") {
    const [xs, ys] = [tf.tensor(images, x.shape), tf.tensor(classes, y.shape)];
    model.compile({
      optimizer: tf.train.momentum(0.001, 0.9),
      loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
    });
    return async () => {
      await model.trainOnBatch(xs, ys);
      return undefined;
    };
  }
  const step = compile(
    (input, labels) =>
      tf.losses.softmaxCrossEntropy(labels ?? 0, model.apply(input ?? [], { training: true }) as tf.Tensor),
    { optimizer: momentumSgd(0.001), mode, threads: Number(threads) },
  );
  return async () => (await step(x, y)).reason;
}

const prepared = new Map<string, Run>();

async function measure(request: Request): Promise<Answer> {
  if (request.task === "loader") return { rate: await trainFromLoader(request.batch) };
  const key = `${request.net} ${request.task} ${request.batch}`;
  let run = prepared.get(key);
  if (run === undefined) {
    run = prepare(request);
    prepared.set(key, run);
    for (let i = 0; i < 5; i++) await run();
  }
  let count = 0;
  let note: string | undefined;
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  do {
    note = await run();
    count++;
  } while (performance.now() - start < request.seconds * 1000);
  const rate = (count * request.batch * 1000) / (performance.now() - start);
  const { user, system } = process.cpuUsage(cpuStart);
  const cpuRate = (count * request.batch * 1e6) / (user + system);
  return note === undefined ? { rate, cpuRate } : { rate, cpuRate, note };
}

if (way === "stock") {
  setWasmPaths(
    `${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"))}/dist/`,
  );
  await tf.setBackend("wasm");
} else await useBackend({ backend: backend as BackendChoice, threads: Number(threads) });
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await measure(JSON.parse(line) as Request).catch((error: unknown) => ({
    rate: 0,
    note: String(error).split("\n")[0] ?? "",
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
