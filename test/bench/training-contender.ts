// One way to train, in a process of its own: reads measurements to make from standard input, one JSON a line, and answers each with images a
// second. Started by training.ts as `node training-contender.js compiled|eager|fit|stock BACKEND THREADS`; "compiled" and "eager" are what
// users call (ml.compile, ml.fit), "fit" is tfjs's own trainOnBatch, "stock" the same on tfjs-wasm as it comes, without our kernels.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type BackendChoice, useBackend } from "../../lib/engine/backend.js";
import { compile } from "../../lib/engine/jit/compile.js";
import { compileInference } from "../../lib/engine/jit/compile-inference.js";
import { crossEntropy } from "../../lib/losses/index.js";
import { sgd } from "../../lib/optimizers/index.js";
import { fit as trainModel } from "../../lib/training/fit.js";
import { trainFromLoader } from "./training-loader.js";
import { batch, type NetName, nets } from "./training-net.js";

/** What training.ts asks for. */
export interface Request {
  readonly net: NetName;
  /**
   * "train": steps of ml.compile; "fit": the same through ml.fit, with its accuracy; "loader": epochs of a data set through a loader,
   * everything included: workers' start, compilation, transforms.
   */
  readonly task: "train" | "fit" | "infer" | "loader";
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

const [way = "compiled", backend = "wasm", threadsText = "2"] = process.argv.slice(2);
const threads = Number(threadsText);
const mode = way === "compiled" ? "compiled" : "eager";
const warmUp = 5;
/** In ml.fit the 2nd and the 16th step are taken once more, to check the graph; so is the 128th, and later ones ever more seldom. */
const fitWarmUp = 20;
const momentum = () => sgd({ learningRate: 0.001, momentum: 0.9 });

function prepare({ net, task, batch: size }: Request): Run {
  const model = nets[net]();
  const { images, labels } = batch(size);
  const x = { data: images, shape: [size, 32, 32, 3], dtype: "float32" as const };
  const y = { data: labels, shape: [size], dtype: "int32" as const };
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
    const predict = compileInference((input) => model.apply(input) as tf.Tensor, { mode, threads });
    return async () => (await predict(x)).reason;
  }
  if (way === "fit" || way === "stock") {
    // tfjs's own loss takes classes as rows of zeros and a one.
    const [xs, ys] = [tf.tensor(images, x.shape), tf.oneHot(tf.tensor1d(labels, "int32"), 10)];
    model.compile({
      optimizer: tf.train.momentum(0.001, 0.9),
      loss: (truth, logits) => tf.losses.softmaxCrossEntropy(truth, logits),
    });
    return async () => {
      await model.trainOnBatch(xs, ys);
      return undefined;
    };
  }
  const step = compile(
    (input, classes) =>
      crossEntropy(classes as tf.Tensor, model.apply(input as tf.Tensor, { training: true }) as tf.Tensor),
    { optimizer: momentum(), mode, threads },
  );
  return async () => (await step(x, y)).reason;
}

const prepared = new Map<string, Run>();

/** Counts what is done from `begin` on. */
class Clock {
  private readonly start = performance.now();
  private readonly cpu = process.cpuUsage();

  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  answer(images: number): Answer {
    const rate = images / this.seconds;
    const { user, system } = process.cpuUsage(this.cpu);
    return { rate, cpuRate: (images * 1e6) / (user + system) };
  }
}

/** Steps of a whole run of ml.fit, from the first after the warm-up to the last. */
async function measureFit({ net, batch: size, seconds }: Request): Promise<Answer> {
  const model = nets[net]();
  const { images, labels } = batch(size);
  const train = [{ xs: tf.tensor(images, [size, 32, 32, 3]), ys: tf.tensor1d(labels, "int32") }];
  let clock: Clock | undefined;
  let answer: Answer = { rate: 0 };
  const timer = {
    name: "timer",
    afterStep: (step: number) => {
      if (step === fitWarmUp) clock = new Clock();
      if (clock === undefined || step === fitWarmUp || clock.seconds < seconds) return undefined;
      answer = clock.answer((step - fitWarmUp) * size);
      return "stop" as const;
    },
  };
  // One batch again and again, in epochs that are long enough for their ends not to count.
  const epoch = Array.from({ length: 100 }, () => train).flat();
  const history = await trainModel(model, {
    train: epoch,
    epochs: 1e6,
    optimizer: momentum(),
    mode,
    threads,
    callbacks: [timer],
  });
  tf.dispose(train);
  model.dispose();
  return history.engine.startsWith(mode) ? answer : { ...answer, note: history.engine };
}

async function measure(request: Request): Promise<Answer> {
  if (request.task === "loader") return { rate: await trainFromLoader(request.batch, threads) };
  if (request.task === "fit") return measureFit(request);
  const key = `${request.net} ${request.task} ${request.batch}`;
  let run = prepared.get(key);
  if (run === undefined) {
    run = prepare(request);
    prepared.set(key, run);
    for (let i = 0; i < warmUp; i++) await run();
  }
  let count = 0;
  let note: string | undefined;
  const clock = new Clock();
  do {
    note = await run();
    count++;
  } while (clock.seconds < request.seconds);
  const answer = clock.answer(count * request.batch);
  return note === undefined ? answer : { ...answer, note };
}

if (way === "stock") {
  setWasmPaths(
    `${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"))}/dist/`,
  );
  await tf.setBackend("wasm");
} else await useBackend({ backend: backend as BackendChoice, threads });
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await measure(JSON.parse(line) as Request).catch((error: unknown) => ({
    rate: 0,
    note: String(error).split("\n")[0] ?? "",
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
