// ml.monitor.drift: do the inputs or the predictions of today look like those that the model was trained and tested on?
import { checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { seedOrRandom } from "../engine/random.js";
import { type CalibratedFeature, calibrate } from "./calibration.js";
import { type DriftBin, DriftReport, type FeatureDrift } from "./drift-report.js";
import { type Feature, featuresOf, type Sample } from "./features.js";
import { countGroups, type Grouping, type Groups, group } from "./grouping.js";
import { type DriftMethod, statistics } from "./statistics.js";

export interface DriftOptions {
  /** The share of windows without drift that may be called drift, all features together; 0.01 by default, in [0.0001, 0.5]. */
  alpha?: number;
  /** What decides about features of numbers: "ks", the default, "psi", "jensenShannon" or "chiSquare", the last three on tenths of the reference. */
  method?: DriftMethod;
  /** What decides about features of classes: "chiSquare", the default, "psi" or "jensenShannon". */
  classMethod?: Exclude<DriftMethod, "ks">;
  /** How many pairs of samples without drift the thresholds are made of; by default, and at least, 10 / alpha, but 1,000 where that is less. */
  resamples?: number;
  /** Makes the thresholds repeatable; 0 by default, so that the same data have the same verdict. */
  seed?: number;
}

const numericMethods: readonly DriftMethod[] = ["ks", "psi", "jensenShannon", "chiSquare"];
const [fewestRows, mostRows] = [10, 1_000_000];
/** Of classes; tenths are fewer. */
const mostBins = 20;

/**
 * Compares each feature of a current window with the reference: Kolmogorov–Smirnov, population stability index, χ² and Jensen–Shannon
 * distance; one of them decides. Its threshold is calibrated on the reference itself: pairs of samples as large as those that are compared are
 * drawn from it, and of all features together no more than a share `alpha` of pairs without drift may be above their thresholds (bootstrap, with
 * the correction of Westfall and Young, 1993).
 * @param reference what is normal: features by name, a list, or a tensor (images [n, height, width, channels] by how they look); at least 10
 *   rows, better 1,000, all independent of each other
 * @param current the window, with the same features; at least 10 rows
 * @returns for each feature its statistics, the threshold and the verdict; shows itself as a table. `.chart` draws it
 * @throws when an option is wrong, when features are missing or of another kind, and for values that are no numbers
 */
export function drift(reference: Sample, current: Sample, options: DriftOptions = {}): DriftReport {
  checkOptions("options", options, ["alpha", "method", "classMethod", "resamples", "seed"]);
  const { alpha = 0.01, method = "ks", classMethod = "chiSquare" } = options;
  checkNumber("alpha", alpha, { least: 1e-4, most: 0.5 });
  const fewest = Math.ceil(10 / alpha);
  const { resamples = Math.max(1000, fewest) } = options;
  checkMethod("method", method, numericMethods);
  checkMethod("classMethod", classMethod, numericMethods.slice(1));
  checkWhole("resamples", resamples, fewest, 1_000_000);
  const seed = seedOrRandom(options.seed ?? 0);
  const before = featuresOf("reference", reference);
  const after = featuresOf("current", current);
  const pairs = before.map((feature) => [feature, partner(feature, after)] as const);
  const extra = after.find(({ name }) => !before.some((feature) => feature.name === name));
  if (extra !== undefined) throw invalid("current", `the features of the reference: ${namesOf(before)}`, extra.name);
  const size = checkRows("current", after);
  checkRows("reference", before);
  const compared = pairs.map(([of, by]) => ({
    feature: of,
    decides: of.isNumeric ? method : classMethod,
    grouping: group(of, by),
  }));
  const calibrated = compared.map(({ decides, grouping }): CalibratedFeature => {
    const { reference: groups, count } = groupsFor(decides, grouping);
    return { groups, count, statistic: statistics[decides] };
  });
  const { thresholds, drawn } = calibrate(calibrated, size, { alpha, resamples, seed });
  const features = compared.map(({ feature, decides, grouping }, f): FeatureDrift => {
    const found = statisticsOf(grouping);
    const statistic = found[decides] ?? 0;
    const threshold = thresholds[f] ?? 0;
    const chance = drawn[f]?.filter((value) => value >= statistic).length ?? 0;
    return {
      name: feature.name,
      kind: feature.isNumeric ? "numbers" : "classes",
      method: decides,
      ...found,
      threshold,
      pValue: (1 + chance) / (1 + resamples),
      drifted: statistic > threshold,
      bins: sharesOf(grouping),
    };
  });
  return new DriftReport({ features, alpha, rows: { reference: before[0]?.values.length ?? 0, current: size } });
}

function groupsFor(method: DriftMethod, { values, bins }: Grouping): Groups {
  return method === "ks" ? (values ?? bins) : bins;
}

/** The largest ones; what there are more is one. */
function sharesOf({ bins: { reference, current, count }, labels }: Grouping): DriftBin[] {
  const [before, after] = [countGroups(reference, count), countGroups(current, count)];
  const all = labels.map((label, i) => ({
    label,
    reference: (before[i] ?? 0) / reference.length,
    current: (after[i] ?? 0) / current.length,
  }));
  if (all.length <= mostBins) return all;
  const size = (bin: DriftBin) => Math.max(bin.reference, bin.current);
  const largest = new Set(all.toSorted((a, b) => size(b) - size(a)).slice(0, mostBins - 1));
  const rest = all.filter((bin) => !largest.has(bin));
  const sum = (sample: "reference" | "current") => rest.reduce((total, bin) => total + bin[sample], 0);
  const others = { label: `${rest.length} others`, reference: sum("reference"), current: sum("current") };
  return [...all.filter((bin) => largest.has(bin)), others];
}

function statisticsOf({ values, bins }: Grouping): Pick<FeatureDrift, DriftMethod> {
  const of = (method: DriftMethod, { reference, current, count }: Groups) =>
    statistics[method](countGroups(reference, count), countGroups(current, count));
  return {
    ...(values === undefined ? {} : { ks: of("ks", values) }),
    psi: of("psi", bins),
    chiSquare: of("chiSquare", bins),
    jensenShannon: of("jensenShannon", bins),
  };
}

function checkMethod(name: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string)) throw invalid(name, allowed.map((one) => `"${one}"`).join(", "), value);
}

function partner(feature: Feature, others: readonly Feature[]): Feature {
  const other = others.find(({ name }) => name === feature.name);
  if (other === undefined)
    throw invalid("current", `a feature "${feature.name}", as the reference has`, namesOf(others));
  if (other.isNumeric !== feature.isNumeric)
    throw invalid(`current.${feature.name}`, feature.isNumeric ? "numbers" : "texts", other.values[0]);
  return other;
}

function checkRows(name: string, [first]: readonly Feature[]): number {
  const rows = first?.values.length ?? 0;
  if (rows < fewestRows || rows > mostRows)
    throw invalid(name, `${fewestRows} to ${mostRows.toLocaleString("en")} rows`, rows);
  return rows;
}

function namesOf(features: readonly Feature[]): string {
  const names = features.slice(0, 8).map(({ name }) => name);
  return `${names.join(", ")}${features.length > 8 ? ", …" : ""}`;
}
