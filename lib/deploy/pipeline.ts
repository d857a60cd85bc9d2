// ml.deploy.pipeline: from a trained model to a release that is live, or to the reasons why it is not. Called by users and by
// `cellgrad deploy release`.
import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ready } from "../engine/backend.js";
import { invalid } from "../engine/invalid.js";
import { Server } from "../serve/server.js";
import { tryCanary } from "./canary.js";
import { Deployment, type DeploymentStatus } from "./deployment.js";
import { exportModel, publish, verify } from "./file-stages.js";
import { checkAnswers, type GateCheck, type PredictionSample } from "./gate.js";
import { names, type Release, type ReleaseMetrics } from "./manifest.js";
import { removeOld } from "./old-releases.js";
import { type PipelineOptions, type PipelineSettings, pipelineSettings } from "./pipeline-options.js";
import { promote } from "./promote.js";
import { ReleaseStore } from "./release-store.js";
import { askFollowers } from "./remote-canary.js";
import { openServed } from "./served-file.js";
import { outcomeOf, type StageResult, Stages } from "./stages.js";
import { answersOfFile, answersOfModel, checkEnough, type TestAnswers } from "./test-answers.js";

/**
 * Takes a trained model through the stages that every release goes through, and ends at the first that refuses it:
 *
 * 1. gate: what the model answers on `test`: accuracy (the lower end of its 95 % interval, Wilson's), loss against the live release, drift of the
 *    predictions from the live release's;
 * 2. export: as ONNX with its transform, compared with the model itself (onnxruntime against TensorFlow.js);
 * 3. verify: the file is loaded and asked as the server would; size and latency against the gate;
 * 4. release: the folder `directory/VERSION/` with model.onnx, manifest.json (SHA-256 of every file), metrics, transform, class names; all of it
 *    or nothing, also when the machine stops in the middle;
 * 5. canary: the traffic of `server` is mirrored to the candidate and the answers are compared; who asked waits for none of it;
 * 6. promote: the server swaps, and the file `directory/current` names the release. `ml.deploy.rollback` goes back;
 * 7. clean, with `keep`: older releases are removed, but never the one that a rollback goes to.
 *
 * @returns what each stage found, the release and what is live; shows itself. A gate that is not passed is a result too: `status` is "refused",
 *   `failures` say by how much
 * @throws when an option is wrong, the data don't fit the model, the model can't be exported or served, or a disk or server fails; then what was
 *   live stays live
 */
export async function pipeline(options: PipelineOptions): Promise<Deployment> {
  const settings = pipelineSettings(options);
  // Before a folder is made for what can't be released.
  if (typeof settings.model === "string") await checkReadable(settings.model);
  await ready();
  const store = await ReleaseStore.open(settings.directory);
  if (settings.version !== undefined) await store.checkFree(settings.version);
  const stages = new Stages(settings.onStage);
  const live = await store.live();
  const checks: GateCheck[] = [];
  const ended = async (status: DeploymentStatus, more: { release?: Release; canary?: Deployment["canary"] } = {}) => {
    const version = (await store.live())?.version;
    const { release, canary } = more;
    return new Deployment(status, stages.reports, checks, release, version, canary);
  };

  const gate = await stages.run("gate", () => judgeAnswers(settings, live));
  checks.push(...gate.value.checks);
  if (gate.outcome === "refused") return ended("refused");

  const draft = await store.draft();
  let released: Release;
  try {
    const exported = await stages.run("export", () => exportModel(settings, draft));
    const verified = await stages.run("verify", () => verify(settings, draft, exported.value));
    checks.push(...verified.value.checks);
    if (verified.outcome === "refused") return await ended("refused");
    const metrics: ReleaseMetrics = {
      ...verified.value.metrics,
      ...(gate.value.answers === undefined ? {} : { accuracy: gate.value.answers.accuracy }),
    };
    const parts = { metrics, predictions: gate.value.answers?.predictions, parent: live?.version ?? null };
    const release = await stages.run("release", () => publish(store, draft, settings, verified.value.about, parts));
    released = release.value;
  } finally {
    // Nothing of it is there any more once it is published.
    await draft.discard();
  }

  if (!settings.promote) return ended("released", { release: released });
  const canary = await stages.run("canary", () => tryOut(settings, store, released));
  const findings = canary.value === undefined ? {} : { canary: canary.value };
  if (canary.outcome === "refused") return ended("rolledBack", { release: released, ...findings });
  await stages.run("promote", () => goLive(settings, released));
  const { keep } = settings;
  if (keep !== undefined) await stages.run("clean", () => clean(store, keep));
  return ended("promoted", { release: released, ...findings });
}

async function checkReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((error: Error) => {
    throw invalid("model", "an ONNX file that can be read", file, error);
  });
}

interface Judged {
  readonly checks: readonly GateCheck[];
  readonly answers: TestAnswers | undefined;
}

async function judgeAnswers(settings: PipelineSettings, live: Release | undefined): Promise<StageResult<Judged>> {
  const { model, gate, test, classNames } = settings;
  if (test === undefined)
    return { outcome: "skipped", text: "no test data", value: { checks: [], answers: undefined } };
  // pipelineSettings() has seen that only a file is tested on a folder.
  const batches = typeof test === "string" ? [] : test;
  const answers = await (typeof model === "string" ? ofFile(model) : answersOfModel(model, batches, classNames));
  if (gate.drift !== undefined) checkEnough(answers);
  const before = live && { accuracy: live.manifest.metrics.accuracy, predictions: await predictionsOf(live) };
  const checks = checkAnswers(gate, answers.accuracy, answers.predictions, before);
  const { value, low, high, samples } = answers.accuracy;
  const percent = (share: number) => (100 * share).toFixed(1);
  const measured = `accuracy ${percent(value)} % (95 % interval ${percent(low)} to ${percent(high)} %) on ${samples} samples`;
  return { ...outcomeOf(checks, measured), value: { checks, answers } };

  async function ofFile(file: string): Promise<TestAnswers> {
    const served = await openServed(file);
    try {
      return await answersOfFile(served, test ?? []);
    } finally {
      await served.retire();
    }
  }
}

async function tryOut(
  { server, canary }: PipelineSettings,
  store: ReleaseStore,
  release: Release,
): Promise<StageResult<Deployment["canary"]>> {
  if (server === undefined)
    return { outcome: "skipped", text: "no server whose traffic could be mirrored", value: undefined };
  if (canary === undefined) return { outcome: "skipped", text: "canary: false", value: undefined };
  return server === "following" ? askFollowers(store, release, canary) : tryCanary(server, release, canary);
}

async function goLive({ server, directory }: PipelineSettings, { version }: Release): Promise<StageResult<undefined>> {
  const done = await promote({ directory, version, ...(server instanceof Server ? { server } : {}) });
  return { outcome: "passed", text: String(done), value: undefined };
}

/** What can't be removed is told, but the release is live whatever happens. */
async function clean(store: ReleaseStore, keep: number): Promise<StageResult<undefined>> {
  const { removed, failures } = await removeOld(store, keep).catch(({ message }: Error) => ({
    removed: [],
    failures: [message],
  }));
  const parts = [
    ...(removed.length > 0 ? [`removed ${removed.join(", ")}`] : []),
    ...failures.map((failure) => `could not remove ${failure}`),
  ];
  const outcome = parts.length > 0 ? "passed" : "skipped";
  return { outcome, text: parts.join("; ") || "nothing older", value: undefined };
}

/** Undefined where the release was made without test data. */
async function predictionsOf({ folder }: Release): Promise<PredictionSample | undefined> {
  const text = await readFile(join(folder, names.reference), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as PredictionSample);
}
