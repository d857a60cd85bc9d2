// The options of ml.serve.start: what they mean, their defaults, and what is refused. Called by start.ts.
import { availableParallelism } from "node:os";
import { checkChoice, checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import type { Transform } from "../transforms/transform.js";
import type { DashboardPages } from "./dashboard-pages.js";
import type { OutputKind } from "./model-file.js";
import { type PictureFormat, pictureFormats } from "./picture.js";
import type { PredictionStore } from "./prediction-log.js";

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

export interface ServeOptions {
  /** Path of an ONNX file, as `ml.exporters.onnx` writes it: one input, one output [batch, classes]. */
  readonly model: string;
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** What it listens on; "127.0.0.1" is this machine only, "0.0.0.0" every network that the machine is in. */
  readonly host?: string;
  /** Requests need `Authorization: Bearer <token>`, but those to /healthz and /readyz. */
  readonly token?: string;
  /** Where predictions are told to; `append` must return at once. */
  readonly store?: PredictionStore;
  /** What answers at /dashboard, `ml.monitor.dashboard(store)`. With a token, what it shows needs the token. */
  readonly dashboard?: DashboardPages;
  /** How the version is called in answers; by default the first 12 digits of the file's SHA-256. */
  readonly version?: string;
  /** For a model whose graph has none: what its images went through in training. */
  readonly transform?: Transform;
  /** With `transform`: [height, width, channels] of the images it gets; default: the model's input. */
  readonly imageShape?: readonly [number, number, number];
  /** Names of the classes, for a file that has none. */
  readonly classNames?: readonly string[];
  /** What the model's numbers are, for a file that doesn't say: "scores" become probabilities by softmax, "values" stay. */
  readonly outputs?: OutputKind;
  /** "exact" (the default) takes only pictures of the input's size; "cover" scales and cuts others as `ml.data.imageFolder` does. */
  readonly fit?: "exact" | "cover";
  /** What pictures are taken; "png", "jpeg" and "webp" by default. */
  readonly formats?: readonly PictureFormat[];
  /** With "cover": the most pixels of a picture; 2²⁴ by default. */
  readonly maxPixels?: number;
  /** The most bytes of a request's body; 10 MiB by default. */
  readonly maxBody?: number;
  /** The most bytes of all bodies that are not answered yet; 256 MiB by default. More get 503. */
  readonly maxMemory?: number;
  /** The most inputs that are not answered yet; 256 by default. More get 503. */
  readonly queue?: number;
  /** The most inputs that the model answers at once; 16 by default. */
  readonly batchSize?: number;
  /** Milliseconds that an input waits for others that are on their way; 5 by default. */
  readonly batchDelay?: number;
  /** Milliseconds after which a request that was read and is not answered gets 503; 10,000 by default. */
  readonly timeout?: number;
  /** Milliseconds in which a client must have sent its request; 30,000 by default. */
  readonly requestTimeout?: number;
  /** Milliseconds that close() waits for what was accepted; 10,000 by default. */
  readonly drainTimeout?: number;
  /** Threads inside the model's operators; one less than the processor has by default, since requests need one. */
  readonly threads?: number;
  /** What is logged, one JSON object a line; "silent" by default. */
  readonly log?: LogLevel;
  /** Where the log goes; standard output by default. */
  readonly logTo?: { write(line: string): void };
}

type Optional =
  | "token"
  | "store"
  | "dashboard"
  | "version"
  | "transform"
  | "imageShape"
  | "classNames"
  | "outputs"
  | "logTo";

/** Complete with defaults. */
export type ServeSettings = Required<Omit<ServeOptions, Optional>> & {
  readonly [Name in Optional]: ServeOptions[Name] | undefined;
};

const logLevels: readonly LogLevel[] = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];
const names: Record<keyof ServeOptions, true> = {
  model: true,
  port: true,
  host: true,
  token: true,
  store: true,
  dashboard: true,
  version: true,
  transform: true,
  imageShape: true,
  classNames: true,
  outputs: true,
  fit: true,
  formats: true,
  maxPixels: true,
  maxBody: true,
  maxMemory: true,
  queue: true,
  batchSize: true,
  batchDelay: true,
  timeout: true,
  requestTimeout: true,
  drainTimeout: true,
  threads: true,
  log: true,
  logTo: true,
};

/** Of all options, for those that pass them on. */
export const optionNames: readonly string[] = Object.keys(names);

/** Longer ones are no timers any more. */
const longestTime = 2 ** 31 - 1;

/** @throws when one is out of range */
export function serveSettings(options: ServeOptions): ServeSettings {
  checkOptions("options", options, optionNames);
  const { store, dashboard, transform, imageShape, classNames, outputs, logTo, token, version } = options;
  const settings = {
    model: options.model,
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    fit: options.fit ?? "exact",
    formats: options.formats ?? (["png", "jpeg", "webp"] as const),
    maxPixels: options.maxPixels ?? 2 ** 24,
    maxBody: options.maxBody ?? 10 * 2 ** 20,
    maxMemory: options.maxMemory ?? 256 * 2 ** 20,
    queue: options.queue ?? 256,
    batchSize: options.batchSize ?? 16,
    batchDelay: options.batchDelay ?? 5,
    timeout: options.timeout ?? 10_000,
    requestTimeout: options.requestTimeout ?? 30_000,
    drainTimeout: options.drainTimeout ?? 10_000,
    threads: options.threads ?? Math.max(1, availableParallelism() - 1),
    log: options.log ?? "silent",
    ...{ store, dashboard, transform, imageShape, classNames, outputs, logTo, token, version },
  };
  checkText("model", settings.model, "the path of an ONNX file");
  checkText("host", settings.host, "an address or the name of one");
  checkWhole("port", settings.port, 0, 65_535);
  checkChoice("fit", settings.fit, ["exact", "cover"]);
  checkFormats(settings.formats);
  checkWhole("maxPixels", settings.maxPixels, 1, 2 ** 28);
  checkWhole("maxBody", settings.maxBody, 1, 2 ** 30);
  checkWhole("maxMemory", settings.maxMemory, settings.maxBody, 2 ** 40);
  checkWhole("queue", settings.queue, 1, 1_000_000);
  checkWhole("batchSize", settings.batchSize, 1, 4096);
  checkNumber("batchDelay", settings.batchDelay, { least: 0, most: 10_000 });
  for (const name of ["timeout", "requestTimeout", "drainTimeout"] as const)
    checkWhole(name, settings[name], name === "drainTimeout" ? 0 : 1, longestTime);
  checkWhole("threads", settings.threads, 1, 256);
  checkChoice("log", settings.log, logLevels);
  if (outputs !== undefined) checkChoice("outputs", outputs, ["probabilities", "scores", "values"]);
  if (version !== undefined) checkText("version", version, "a name");
  if (token !== undefined && (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)))
    throw invalid("token", "printable ASCII without spaces", typeof token === "string" ? "others" : token);
  checkParts(settings);
  return settings;
}

function checkFormats(formats: unknown): void {
  if (!Array.isArray(formats) || formats.length === 0) throw invalid("formats", "a list of formats", formats);
  for (const format of formats) checkChoice("formats", format, pictureFormats);
}

function checkParts({ store, dashboard, transform, imageShape, logTo }: ServeSettings): void {
  if (dashboard !== undefined && (typeof dashboard?.answer !== "function" || typeof dashboard.isPublic !== "function"))
    throw invalid("dashboard", "one of ml.monitor.dashboard", dashboard);
  if (store !== undefined && typeof store?.append !== "function")
    throw invalid("store", "an object with a method append(record)", store);
  if (logTo !== undefined && typeof logTo?.write !== "function")
    throw invalid("logTo", "an object with a method write(line)", logTo);
  if (
    transform !== undefined &&
    (typeof transform?.transformBatch !== "function" || typeof transform.random !== "boolean")
  )
    throw invalid("transform", "one of ml.transforms", transform);
  if (imageShape === undefined) return;
  const isShape = Array.isArray(imageShape) && imageShape.length === 3;
  if (!isShape || !imageShape.every((length) => Number.isInteger(length) && length > 0 && length <= 2 ** 14))
    throw invalid("imageShape", "[height, width, channels]", imageShape);
}
