// A model file with int8 weights, or with int8 arithmetic. Called by users and by deploy.
import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "../engine/atomic-file.js";
import { checkChoice, checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { decodeOnnx, encodeOnnx } from "../exporters/onnx-file.js";
import { activationRanges, type CalibrationMethod } from "./activations.js";
import { CompressionReport } from "./compression-report.js";
import { measure } from "./measure.js";
import { samplesOf } from "./onnx-run.js";
import { asTheFileTakes } from "./pictures.js";
import { activationsOf, quantizable, quantizeActivations } from "./static-quantization.js";
import { quantizeWeights } from "./weights.js";

export interface QuantizeOptions {
  /**
   * "weights", the default: weights are int8 in the file and float32 again when it runs: a quarter of the size, the same speed.
   * "static": products are computed with whole numbers; it needs `calibration`.
   */
  readonly mode?: "weights" | "static";
  /**
   * Typical inputs, from which "static" takes its ranges: a loader, an array of batches { xs, ys }, or a tensor; as the file takes them. Of a
   * file that was exported with its transform, that is pictures of 0 to 255; of a loader, its pictures before its own transform are taken.
   */
  readonly calibration?: unknown;
  /** Ranges from the smallest to the largest value ("minMax"), or without the most extreme ("percentile", the default). */
  readonly method?: CalibrationMethod;
  /** The share of values that a range holds on each side, in (0.5, 1]; 0.9999 by default. */
  readonly percentile?: number;
  /** What the report compares on: as `calibration`, which it is by default. With labels it says accuracies. */
  readonly test?: unknown;
}

const operatorsWithWeights = [...quantizable, "ConvTranspose", "Gather"];

/**
 * Quantises an ONNX model: weights int8, symmetric, one scale an output channel; with "static" also the inputs of convolutions and
 * products (uint8 with a zero point) and biases (int32), in the QDQ form that runtimes know.
 * Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018.
 *
 * @param source a file that `ml.exporters.onnx` or another program wrote
 * @param target where; a file that is there stays until the new one is whole
 * @returns size, accuracy with its 95 % interval and latency before and after; shows them
 * @throws when the file is no ONNX model, nothing in it can be quantised, or `calibration` is missing; then nothing is written
 */
export async function quantize(
  source: string,
  target: string,
  options: QuantizeOptions = {},
): Promise<CompressionReport> {
  for (const [name, path] of Object.entries({ source, target }))
    if (typeof path !== "string" || path === "") throw invalid(name, "a path", path);
  checkOptions("options", options, ["mode", "calibration", "method", "percentile", "test"]);
  const { mode = "weights", calibration, method = "percentile", percentile = 0.9999, test = calibration } = options;
  checkChoice("mode", mode, ["weights", "static"]);
  checkChoice("method", method, ["minMax", "percentile"]);
  checkNumber("percentile", percentile, { above: 0.5, most: 1 });
  if (mode === "static" && calibration === undefined)
    throw invalid("calibration", "a loader, batches or a tensor, since mode is static", calibration);
  const original = await readFile(source).catch(() => {
    throw invalid("source", "a file that is there", source);
  });
  const file = decodeOnnx(original, "source");
  checkOpset(file.opsetImport);
  const samplesFor = (name: string, given: unknown) =>
    given === undefined ? undefined : samplesOf(name, asTheFileTakes(given, file.graph));
  const samples = samplesFor("calibration", calibration);
  const tested = samplesFor("test", test);
  const names = mode === "static" ? activationsOf(file) : [];
  const ranges =
    samples && names.length > 0 ? await activationRanges(file, names, samples, method, percentile) : new Map();
  const weights = quantizeWeights(file, mode === "static" ? quantizable : operatorsWithWeights);
  if (weights.size === 0) throw invalid("source", "a model with float32 weights of 64 numbers or more", "none");
  if (mode === "static") quantizeActivations(file, ranges, weights);
  const bytes = encodeOnnx(file);
  const nothing = async function* () {};
  const before = await measure(original, tested ?? nothing);
  const after = await measure(bytes, tested ?? nothing);
  await writeFileAtomically(target, bytes);
  const counts = { weights: weights.size, activations: ranges.size };
  const measuredOn = options.test !== undefined ? "test" : calibration !== undefined ? "calibration" : undefined;
  return new CompressionReport(target, before, after, counts, measuredOn);
}

/** DequantizeLinear knows scales along an axis from version 13 on. */
function checkOpset(imports: readonly { domain?: string; version: number }[]): void {
  const version = imports.find(({ domain }) => !domain || domain === "ai.onnx")?.version ?? 0;
  if (version < 13) throw invalid("source", "a model of opset 13 or later", version);
}
