// What a model must be to become a release: limits, and for each of them what was found, whether it holds and how much is missing. Each check
// is a pure function of numbers; pipeline.ts measures and decides.
import { checkChoice, checkNumber, checkOptions, checkWhole } from "../engine/invalid.js";
import { type DriftReport, drift } from "../monitor/index.js";
import type { ReleaseMetrics } from "./manifest.js";

export interface GateOptions {
  /** The least share of right answers on `test`, in (0, 1); see `accuracyBy`. */
  readonly accuracy?: number;
  /**
   * Which number must reach `accuracy`: "low" (the default) is the lower end of the 95 % interval, so that luck with few samples opens no
   * gate; "value" is the share itself.
   */
  readonly accuracyBy?: "low" | "value";
  /** By how much the share of right answers may be below that of the live release, in [0, 1]: 0.01 is one point. */
  readonly accuracyDrop?: number;
  /** The most milliseconds that 95 of 100 single inputs take in the model. */
  readonly latency?: number;
  /** The most bytes of the model's file. */
  readonly size?: number;
  /**
   * How often the predictions on `test` may be called drift from those of the live release though there is none, in [0.0001, 0.5]: 0.01 is
   * usual. They are compared by class and by confidence.
   */
  readonly drift?: number;
}

/** One limit, and what was found. */
export interface GateCheck {
  readonly name: "accuracy" | "accuracyDrop" | "latency" | "size" | "drift";
  readonly passed: boolean;
  /** What was found; of drift, the largest statistic relative to its threshold. Undefined where there was nothing to compare with. */
  readonly value: number | undefined;
  readonly limit: number;
  /** How far the value is beyond the limit, in its unit; 0 where it is not. */
  readonly excess: number;
  /** In words. */
  readonly text: string;
}

/** Predictions on the test data, for drift: one row a sample. */
export interface PredictionSample {
  readonly class: readonly string[];
  readonly confidence: readonly number[];
}

/** @throws when a limit is out of range */
export function checkGate(gate: GateOptions): void {
  checkOptions("gate", gate, ["accuracy", "accuracyBy", "accuracyDrop", "latency", "size", "drift"]);
  const { accuracy, accuracyBy, accuracyDrop, latency, size, drift: alpha } = gate;
  if (accuracy !== undefined) checkNumber("gate.accuracy", accuracy, { above: 0, below: 1 });
  if (accuracyBy !== undefined) checkChoice("gate.accuracyBy", accuracyBy, ["low", "value"]);
  if (accuracyDrop !== undefined) checkNumber("gate.accuracyDrop", accuracyDrop, { least: 0, most: 1 });
  if (latency !== undefined) checkNumber("gate.latency", latency, { above: 0 });
  if (size !== undefined) checkWhole("gate.size", size, 1);
  if (alpha !== undefined) checkNumber("gate.drift", alpha, { least: 1e-4, most: 0.5 });
}

/** Whether the gate asks for something that only test data can say. */
export function needsTest({ accuracy, accuracyDrop, drift: alpha }: GateOptions): boolean {
  return accuracy !== undefined || accuracyDrop !== undefined || alpha !== undefined;
}

/** What the gate asks of the answers. */
export function checkAnswers(
  gate: GateOptions,
  found: NonNullable<ReleaseMetrics["accuracy"]>,
  predictions: PredictionSample,
  live:
    | { readonly accuracy: ReleaseMetrics["accuracy"]; readonly predictions: PredictionSample | undefined }
    | undefined,
): GateCheck[] {
  const { accuracy, accuracyBy = "low", accuracyDrop, drift: alpha } = gate;
  const checks: GateCheck[] = [];
  if (accuracy !== undefined) {
    const value = found[accuracyBy];
    const which = accuracyBy === "low" ? "lower end of the 95 % interval of " : "";
    const text = `${which}accuracy ${percent(found.value)} on ${found.samples} samples: ${percent(value)}, at least ${percent(accuracy)}`;
    checks.push(judged("accuracy", value, accuracy, accuracy - value, text, points));
  }
  if (accuracyDrop !== undefined) {
    const before = live?.accuracy?.value;
    checks.push(
      before === undefined
        ? nothingToCompare("accuracyDrop", accuracyDrop, "accuracy is known")
        : judged(
            "accuracyDrop",
            before - found.value,
            accuracyDrop,
            before - found.value - accuracyDrop,
            `accuracy ${percent(found.value)}, ${percent(before)} live, at most ${points(accuracyDrop)} below`,
            points,
          ),
    );
  }
  if (alpha !== undefined)
    checks.push(
      live?.predictions === undefined
        ? nothingToCompare("drift", alpha, "predictions are known")
        : driftCheck(drift({ ...live.predictions }, { ...predictions }, { alpha })),
    );
  return checks;
}

/** What the gate asks of the file. */
export function checkFile(
  { latency, size }: GateOptions,
  metrics: Pick<ReleaseMetrics, "latency" | "size">,
): GateCheck[] {
  const checks: GateCheck[] = [];
  if (size !== undefined) {
    const text = `model.onnx has ${bytes(metrics.size)}, at most ${bytes(size)}`;
    checks.push(judged("size", metrics.size, size, metrics.size - size, text, bytes));
  }
  if (latency !== undefined) {
    const { p95 } = metrics.latency;
    const text = `95 of 100 single inputs take up to ${milliseconds(p95)}, at most ${milliseconds(latency)}`;
    checks.push(judged("latency", p95, latency, p95 - latency, text, milliseconds));
  }
  return checks;
}

function driftCheck({ features }: DriftReport): GateCheck {
  const ratios = features.map((feature) => ({
    feature,
    statistic: feature[feature.method] ?? 0,
    // Where chance makes no difference at all, any is drift.
    ratio: feature.drifted ? (feature[feature.method] ?? 0) / Math.max(feature.threshold, 1e-12) : 0,
  }));
  const [worst] = ratios.toSorted((a, b) => b.ratio - a.ratio);
  if (worst === undefined || worst.ratio === 0)
    return judged("drift", 0, 1, -1, "predictions as those of the live release", times);
  const { feature, statistic, ratio } = worst;
  const text = `the ${feature.name} of predictions drifted from the live release's: ${statistic.toPrecision(3)} where chance makes ${feature.threshold.toPrecision(3)}`;
  return judged("drift", ratio, 1, ratio - 1, text, times);
}

function judged(
  name: GateCheck["name"],
  value: number,
  limit: number,
  beyond: number,
  text: string,
  written: (amount: number) => string,
): GateCheck {
  // What is a rounding error away is not beyond.
  const excess = beyond > 1e-12 * Math.max(1, Math.abs(limit)) ? beyond : 0;
  return {
    name,
    passed: excess === 0,
    value,
    limit,
    excess,
    text: excess === 0 ? text : `${text} (${written(excess)} ${lack(name)})`,
  };
}

function lack(name: GateCheck["name"]): string {
  return name === "accuracy" ? "are missing" : name === "drift" ? "beyond" : "too much";
}

function nothingToCompare(name: GateCheck["name"], limit: number, what: string): GateCheck {
  return { name, passed: true, value: undefined, limit, excess: 0, text: `no live release whose ${what}` };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function points(share: number): string {
  return `${Number((100 * share).toPrecision(3))} points`;
}

function bytes(count: number): string {
  return `${count.toLocaleString("en")} bytes`;
}

function milliseconds(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}

function times(ratio: number): string {
  return `${Number(ratio.toPrecision(3))} times the threshold`;
}
