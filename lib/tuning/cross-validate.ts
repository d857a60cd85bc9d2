// ml.tuning.crossValidate: one set of parameters over folds, in threads or on other machines. ml.crossValidate does the same for a model in a
// cell, one fold after the other.
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { seedOrRandom } from "../engine/random.js";
import { checkValue } from "./distributions.js";
import { jobsOf } from "./fold-jobs.js";
import { FoldScores } from "./fold-scores.js";
import { checkRun, type RunOptions, runJobs, runOptionNames } from "./run-jobs.js";
import type { Parameters } from "./space.js";
import type { TrialRun } from "./trial-run.js";

export interface TuningCrossValidateOptions extends RunOptions {
  /** How many folds, from 2 to 1000; 5 by default. */
  readonly folds?: number;
  /** What the trial gets as its parameters: numbers, texts, true, false or null by name; none by default. */
  readonly parameters?: Parameters;
}

/**
 * k-fold cross-validation whose folds run at the same time, in threads of this process, or with `queue` on other machines. The trial's function is
 * called once a fold, takes its part by `ml.tuning.foldOf(dataset, context)`, and returns the scores on the validation part.
 * @returns each fold's scores, their means and standard deviations; a fold that threw has its error. Shows itself
 * @throws when an option is wrong or the module can't be loaded; on Stop, when nothing runs any more
 */
export async function crossValidate(options: TuningCrossValidateOptions): Promise<FoldScores> {
  checkOptions("options", options, [...runOptionNames, "folds", "parameters"]);
  const { folds = 5, parameters = {} } = options;
  checkWhole("folds", folds, 2, 1000);
  checkParameters(parameters);
  const run = await checkRun(options);
  const seed = seedOrRandom(options.seed);
  const runs: TrialRun[] = [];
  const take = (fold: number, done: TrialRun) => {
    runs[fold] = done;
  };
  const jobs = jobsOf([parameters], seed, folds);
  await runJobs(
    "Cross-validation",
    jobs,
    run,
    ({ context }, done) => take(context.fold ?? 0, done),
    () => "",
  );
  return new FoldScores(runs, seed);
}

function checkParameters(parameters: unknown): void {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters))
    throw invalid("parameters", "an object of values by name", parameters);
  for (const [name, value] of Object.entries(parameters)) checkValue(`parameters.${name}`, value);
}
