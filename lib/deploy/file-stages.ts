// The stages that make a file out of a model, and a release out of the file. Called by pipeline.ts.
import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onnx } from "../exporters/onnx.js";
import { onnxMetadata } from "../exporters/onnx-metadata.js";
import type { ServedModel } from "../serve/served-model.js";
import type { Draft } from "./drafts.js";
import { checkFile, type GateCheck, type PredictionSample } from "./gate.js";
import { checkWhole, fingerprint, type Manifest, names, type Release, type ReleaseMetrics } from "./manifest.js";
import type { PipelineSettings } from "./pipeline-options.js";
import type { ReleaseStore } from "./release-store.js";
import { latencyOf, openServed } from "./served-file.js";
import { outcomeOf, type StageResult } from "./stages.js";
import { duration } from "./timeline.js";

/** @returns the largest difference of the answers; undefined where there is nothing to compare a file with */
export async function exportModel(settings: PipelineSettings, draft: Draft): Promise<StageResult<number | undefined>> {
  const { model, tolerance, inputShape, imageShape, classNames, samples } = settings;
  const file = join(draft.folder, names.model);
  if (typeof model === "string") {
    await copyFile(model, file);
    // A copy of a file that nobody may write could not be flushed.
    await chmod(file, 0o644);
    return { outcome: "passed", text: `a copy of ${model}`, value: undefined };
  }
  const transform = settings.transform === false ? undefined : settings.transform;
  const given = { transform, imageShape, inputShape, classNames, samples };
  const { parity, opset } = await onnx(model, file, {
    tolerance,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as object),
  });
  const difference = parity.maxDifference.toExponential(1);
  const text = `ONNX, opset ${opset}; answers differ by ${difference} at most on ${parity.samples} samples, onnxruntime against TensorFlow.js`;
  return { outcome: "passed", text, value: parity.maxDifference };
}

/** What is known of a file that can be served. */
interface Verified {
  readonly checks: readonly GateCheck[];
  readonly metrics: Omit<ReleaseMetrics, "accuracy">;
  readonly about: Pick<Manifest, "input" | "output" | "outputs" | "classNames">;
}

export async function verify(
  { gate }: PipelineSettings,
  draft: Draft,
  maxDifference: number | undefined,
): Promise<StageResult<Verified>> {
  const file = join(draft.folder, names.model);
  const served = await openServed(file);
  try {
    const latency = await latencyOf(served);
    const { bytes: size } = await fingerprint(file);
    const metrics = { latency, size, ...(maxDifference === undefined ? {} : { maxDifference }) };
    const checks = checkFile(gate, metrics);
    const found = `${size.toLocaleString("en")} bytes, one input ${duration(latency.median)} (95 of 100 ${duration(latency.p95)})`;
    return {
      ...outcomeOf(checks, `loaded and asked as served: ${found}`),
      value: { checks, metrics, about: aboutOf(served) },
    };
  } finally {
    await served.retire();
  }
}

function aboutOf({ signature: { input, output }, rules: { outputs, labels } }: ServedModel): Verified["about"] {
  return { input, output, outputs, classNames: outputs === "values" ? null : labels };
}

export async function publish(
  store: ReleaseStore,
  draft: Draft,
  { version }: PipelineSettings,
  about: Verified["about"],
  parts: { metrics: ReleaseMetrics; predictions: PredictionSample | undefined; parent: string | null },
): Promise<StageResult<Release>> {
  const { metrics, predictions, parent } = parts;
  const write = (name: string, content: string) => writeFile(join(draft.folder, name), content);
  const metadata = onnxMetadata(await readFile(join(draft.folder, names.model)));
  const transform = metadata["cellgrad.transform"];
  const { classNames } = about;
  await write(names.metrics, `${JSON.stringify(metrics, null, 2)}\n`);
  if (predictions !== undefined) await write(names.reference, `${JSON.stringify(predictions)}\n`);
  if (transform !== undefined) await write(names.transform, `${transform}\n`);
  if (classNames !== null)
    await write(names.labels, classNames.map((label) => `${label.replaceAll(/\s+/g, " ")}\n`).join(""));
  const release = await store.publish(draft, version, {
    created: new Date().toISOString(),
    parent,
    ...about,
    metrics,
  });
  await checkWhole(release);
  const count = Object.keys(release.manifest.files).length + 1;
  return {
    outcome: "passed",
    text: `${release.version}: ${count} files, SHA-256 of each in the manifest`,
    value: release,
  };
}
