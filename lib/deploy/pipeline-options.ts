// The options of ml.deploy.pipeline: what they mean, their defaults, and what is refused before anything is done. Called by pipeline.ts.
import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { Server } from "../serve/server.js";
import type { Batches } from "../training/batches.js";
import { lastEvaluatedOn } from "../training/evaluate.js";
import type { Transform } from "../transforms/transform.js";
import { checkGate, type GateOptions, needsTest } from "./gate.js";
import { checkVersion } from "./release-store.js";
import type { StageReport } from "./stages.js";
import { wilson } from "./wilson.js";

export interface CanaryOptions {
  /** How many real requests the candidate is compared on; 200 by default. */
  readonly requests?: number;
  /** How long they are waited for, in seconds; 60 by default. */
  readonly seconds?: number;
  /**
   * The least share of inputs that both versions must answer alike (the same class), in (0, 1): the lower end of its 95 % interval counts.
   * 0.9 by default.
   */
  readonly agreement?: number;
}

export interface PipelineOptions {
  /** What is to be released: a model, or the path of an ONNX file that was exported already. */
  readonly model: tf.LayersModel | string;
  /** The limits that decide whether it is; {} for none. */
  readonly gate: GateOptions;
  /** The folder of releases; made where it is not there. */
  readonly directory: string;
  /**
   * Labelled data that training has not seen, as `ml.evaluate` takes them: a loader or an array of { xs, ys }, of a classifier. By default
   * what `ml.evaluate` was last given with this model. For a file: as the file takes them; or, where that takes pictures, the path of a folder of
   * them, one folder a class.
   */
  readonly test?: Batches | string;
  /**
   * What images went through in training; it becomes part of the release. By default the transform of the loader in `test`, where that loads
   * pictures; false for none.
   */
  readonly transform?: Transform | false;
  /** With a transform: [height, width, channels] of the images it gets; default: those of `test`, else the model's input. */
  readonly imageShape?: readonly [number, number, number];
  /** The model's input without the batch, where the model leaves lengths open. */
  readonly inputShape?: readonly number[];
  /** In the order of the outputs; by default those of the data set in `test`. */
  readonly classNames?: readonly string[];
  /** Real inputs to compare the exported file on, besides random ones; as `ml.exporters.onnx` takes them. */
  readonly samples?: tf.Tensor;
  /** The largest difference between the file's answers and the model's; 1e-4 by default. */
  readonly tolerance?: number;
  /** How the release is called; by default v1, v2, …. */
  readonly version?: string;
  /**
   * A server of `ml.serve` that runs: its traffic is mirrored to the candidate, and it gets the release when that is promoted. "following" means
   * those of other processes that follow `directory` (`ml.deploy.serve`, `cellgrad serve FOLDER`).
   */
  readonly server?: Server | "following";
  /** How the candidate is tried on the server's traffic; false leaves that out. */
  readonly canary?: CanaryOptions | false;
  /** Whether a release that passed goes live; true by default. False ends with the release. */
  readonly promote?: boolean;
  /**
   * How many releases stay in the folder once this one is live, at least 2; older ones are removed. The live one, the one before it, and what was
   * made after it always stay. By default nothing is removed.
   */
  readonly keep?: number;
  /** Called after each stage. */
  readonly onStage?: (stage: StageReport) => void;
}

type Optional = Exclude<keyof PipelineOptions, "model" | "gate" | "directory" | "canary" | "promote" | "tolerance">;

/** Complete with defaults. */
export type PipelineSettings = Required<
  Pick<PipelineOptions, "model" | "gate" | "directory" | "promote" | "tolerance">
> & {
  readonly [Name in Optional]: PipelineOptions[Name] | undefined;
} & { readonly canary: Required<CanaryOptions> | undefined };

const names: Record<keyof PipelineOptions, true> = {
  model: true,
  gate: true,
  directory: true,
  test: true,
  transform: true,
  imageShape: true,
  inputShape: true,
  classNames: true,
  samples: true,
  tolerance: true,
  version: true,
  server: true,
  canary: true,
  promote: true,
  keep: true,
  onStage: true,
};

/** @throws when one is wrong, or says nothing without another */
export function pipelineSettings(options: PipelineOptions): PipelineSettings {
  checkOptions("options", options, Object.keys(names));
  const { model, gate, directory, version, server, promote = true, keep, onStage, tolerance = 1e-4 } = options;
  if (!(model instanceof tf.LayersModel) && (typeof model !== "string" || model === ""))
    throw invalid("model", "a tf.LayersModel, or the path of an ONNX file", model);
  checkGate(gate);
  checkText("directory", directory, "the path of a folder of releases");
  checkNumber("tolerance", tolerance, { least: 0 });
  checkBoolean("promote", promote);
  if (keep !== undefined) checkWhole("keep", keep, 2, 1_000_000);
  if (version !== undefined) checkVersion(version);
  if (server !== undefined && server !== "following" && !(server instanceof Server))
    throw invalid("server", 'a server of ml.serve.start, or "following"', server);
  if (onStage !== undefined && typeof onStage !== "function") throw invalid("onStage", "a function", onStage);
  if (typeof model === "string") checkOfFile(options);
  else if (typeof options.test === "string") throw invalid("test", "a loader, or an array of { xs, ys }", options.test);
  const test = options.test ?? (typeof model === "string" ? undefined : lastEvaluatedOn(model));
  if (test === undefined && needsTest(gate))
    throw invalid(
      "test",
      "labelled data, since the gate asks for accuracy or drift (or ml.evaluate(model, …) before)",
      test,
    );
  return {
    model,
    gate,
    directory,
    test,
    version,
    server,
    promote,
    keep,
    onStage,
    tolerance,
    canary: canarySettings(options.canary),
    ...fromLoader(options, test),
    inputShape: options.inputShape,
    samples: options.samples,
  };
}

/** What a file says itself can't be said again. */
function checkOfFile(options: PipelineOptions): void {
  for (const name of ["transform", "imageShape", "inputShape", "classNames", "samples"] as const)
    if (options[name] !== undefined)
      throw invalid(name, "none, since model is a file that holds its own", options[name]);
}

function canarySettings(canary: PipelineOptions["canary"]): Required<CanaryOptions> | undefined {
  if (canary === false) return undefined;
  checkOptions("canary", canary ?? {}, ["requests", "seconds", "agreement"]);
  const { requests = 200, seconds = 60, agreement = 0.9 } = canary ?? {};
  checkWhole("canary.requests", requests, 1, 1_000_000);
  checkNumber("canary.seconds", seconds, { above: 0, most: 1e6 });
  checkNumber("canary.agreement", agreement, { above: 0, below: 1 });
  if (wilson(requests, requests).low < agreement)
    throw invalid("canary.requests", `so many that full agreement can show ${agreement}`, requests);
  return { requests, seconds, agreement };
}

/** What a loader of test data knows of how the model was trained. */
function fromLoader(
  options: PipelineOptions,
  test: unknown,
): Pick<PipelineSettings, "transform" | "imageShape" | "classNames"> {
  if (typeof options.model === "string") return { transform: undefined, imageShape: undefined, classNames: undefined };
  const { dataset, transform: loaded } = (test ?? {}) as {
    readonly dataset?: {
      readonly shape?: readonly number[];
      readonly classNames?: readonly string[];
      storage?(): { values: unknown };
    };
    readonly transform?: Transform;
  };
  const [height = 0, width = 0, channels = 0, more] = dataset?.shape ?? [];
  const isPictures = channels > 0 && more === undefined && dataset?.storage?.().values instanceof Uint8Array;
  const inherited = isPictures && typeof loaded?.toJSON === "function" ? loaded : undefined;
  const transform = options.transform ?? inherited;
  const ofTest =
    isPictures && transform !== undefined && transform !== false ? ([height, width, channels] as const) : undefined;
  return {
    transform,
    imageShape: options.imageShape ?? ofTest,
    classNames: options.classNames ?? (dataset?.classNames?.length ? dataset.classNames : undefined),
  };
}
