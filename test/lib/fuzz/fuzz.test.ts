// Every public function with good, nearly good and bad arguments: a result without NaN or an error that names the argument
// and the rule, never a hang, never a tensor left behind. CELLGRAD_FUZZ_RUNS and CELLGRAD_FUZZ_SEED make a longer hunt.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { ready } from "../../../lib/engine/backend.js";
import * as ml from "../../../lib/index.js";
import { isPlain, misspelt, mutate, mutations } from "./mutation.js";
import type { Subject } from "./subject.js";
import { data, removeFiles, writeFiles } from "./subjects/data.js";
import { deploy } from "./subjects/deploy.js";
import { engine } from "./subjects/engine.js";
import { exporters } from "./subjects/exporters.js";
import { metrics } from "./subjects/metrics.js";
import { monitor } from "./subjects/monitor.js";
import { losses, optimizers } from "./subjects/optimizers.js";
import { plot } from "./subjects/plot.js";
import { schedules } from "./subjects/schedules.js";
import { serve } from "./subjects/serve.js";
import { teaching } from "./subjects/teaching.js";
import { training } from "./subjects/training.js";
import { transforms } from "./subjects/transforms.js";
import { tuning } from "./subjects/tuning.js";
import { invoke, judge, tensorsIn } from "./verdict.js";

const table: readonly Subject[] = [
  ...data,
  ...deploy,
  ...engine,
  ...exporters,
  ...losses,
  ...metrics,
  ...monitor,
  ...optimizers,
  ...plot,
  ...schedules,
  ...serve,
  ...training,
  ...transforms,
  ...tuning,
  ...teaching,
];

/** Classes whose instances functions of the library make; nobody calls their constructors. */
const results = [
  "ml.LearningRateRange",
  "ml.plot.Chart",
  "ml.plot.DataTable",
  "ml.plot.Picture",
  "ml.CrossValidation",
  "ml.Evaluation",
  "ml.History",
  "ml.compress.CompressionReport",
  "ml.compress.PruningReport",
  "ml.deploy.Deployment",
  "ml.deploy.Promotion",
  "ml.deploy.ReleaseStatus",
  "ml.deploy.WrittenFiles",
  "ml.exporters.FileReport",
  "ml.exporters.KerasReport",
  "ml.exporters.OnnxReport",
  "ml.ModelSummary",
  "ml.data.Loader",
  "ml.metrics.UndefinedMetricError",
  "ml.monitor.DriftReport",
  "ml.monitor.Alerts",
  "ml.monitor.PerformanceReport",
  "ml.monitor.Store",
  "ml.tuning.FoldScores",
  "ml.tuning.SearchResult",
];

const seed = Number(process.env.CELLGRAD_FUZZ_SEED ?? 1);
const factor = Number(process.env.CELLGRAD_FUZZ_RUNS ?? 1);

function functionsIn(holder: object, name: string): string[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const path = `${name}.${key}`;
    if (typeof value === "function") return [path];
    return typeof value === "object" && value !== null ? functionsIn(value, path) : [];
  });
}

describe("bad input", () => {
  before(async () => {
    await ready();
    await writeFiles();
  });

  after(removeFiles);

  it("is tried with every public function", () => {
    const known = new Set([...table.map(({ name }) => name), ...results]);
    const all = functionsIn(ml, "ml");
    assert.ok(all.length > 100);
    assert.deepEqual(
      all.filter((name) => !known.has(name)),
      [],
      "add these to test/lib/fuzz/subjects",
    );
    assert.deepEqual(
      [...known].filter((name) => !all.includes(name)),
      [],
      "not public any more",
    );
  });

  table.forEach((subject, i) => {
    it(`${subject.name} (${i}) gives a result or says what was wrong`, async () => {
      const good = subject.args();
      const error = await judge(subject, good);
      if (!subject.refused) assert.equal(error, undefined, "good arguments are refused");
      tf.dispose(tensorsIn(good));
      await fc.assert(
        fc.asyncProperty(mutations, async (changes) => {
          const given = subject.args();
          const args = mutate(given, changes, subject.fixed ?? []);
          try {
            await judge(subject, args);
          } catch (error) {
            // fast-check shows the changes only.
            throw new Error(`${subject.name}(${inspect(args, { depth: 3, breakLength: 200 }).slice(1, -1)}): ${error}`);
          } finally {
            tf.dispose(tensorsIn([given, args]));
          }
        }),
        { numRuns: Math.ceil((subject.runs ?? 100) * factor), seed: seed + i },
      );
    });
  });

  it("that is a misspelt option is told the right name", async () => {
    for (const subject of table) {
      for (const [i, options] of subject.args().entries()) {
        // A chart's numbers and a transform's JSON are plain objects too.
        if (i === 0 && (subject.name.startsWith("ml.plot.") || subject.name.endsWith("fromJSON"))) continue;
        if (
          !isPlain(options) ||
          "dtype" in options ||
          "update" in options ||
          "apply" in options ||
          Array.isArray(options) ||
          subject.fixed?.includes(String(i))
        )
          continue;
        for (const [key, value] of Object.entries(options)) {
          if (key === "transform" || key.length < 4 || value === undefined) continue;
          if (subject.fixed?.includes(key)) continue;
          const { [key]: _, ...rest } = options as Record<string, unknown>;
          const args = subject.args().with(i, { ...rest, [misspelt(key)]: value });
          await assert.rejects(
            async () => invoke(subject.name, args),
            (error: Error) => error.message.startsWith("invalid") && error.message.includes(`did you mean ${key}?`),
            `${subject.name} ${misspelt(key)}`,
          );
        }
      }
    }
  });
});
