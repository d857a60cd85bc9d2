// Several curves in one picture: one of its own, some by name, or one a class against the rest; at most twelve, told apart
// by colour and, beyond the palette, by dashes. For the curves of classifiers.
import { invalid, isList } from "../engine/invalid.js";
import { axisNames } from "./class-names.js";
import { isPredictions, type Predictions, readPredictions } from "./predictions.js";
import { palette } from "./spec.js";

export const mostCurves = 12;

export interface NamedCurve<Curve> {
  readonly name: string;
  readonly points: Curve;
}

export interface NamedCurves<Curve> {
  readonly curves: readonly NamedCurve<Curve>[];
  /** Whether there is but one, which needs no legend. */
  readonly isAlone: boolean;
  /** Which classes are left out, and why. */
  readonly notices: readonly string[];
}

/**
 * @param ofClass the curve of one class against the rest: from whether each sample is of it, and its probabilities
 * @param worth what the curves of more than twelve classes are ordered by; the smallest are kept
 * @throws unless there are 1 to 12 curves by name, or a class that is told from others
 */
export function namedCurves<Curve>(
  given: Curve | Readonly<Record<string, Curve>> | Predictions,
  isCurve: (value: unknown) => value is Curve,
  ofClass: (isMember: number[], scores: number[]) => Curve,
  worth: (curve: Curve) => number,
): NamedCurves<Curve> {
  if (isCurve(given)) return { curves: [{ name: "classifier", points: given }], isAlone: true, notices: [] };
  if (isPredictions(given)) return ofClasses(given, ofClass, worth);
  const curves = Object.entries({ ...(given as object) }).map(([name, points]) => ({ name, points: points as Curve }));
  if (curves.length < 1 || curves.length > mostCurves)
    throw invalid(
      "curves",
      `1 to ${mostCurves} curves`,
      curves.map(({ name }) => name),
    );
  return { curves, isAlone: false, notices: [] };
}

function ofClasses<Curve>(
  given: Predictions,
  ofClass: (isMember: number[], scores: number[]) => Curve,
  worth: (curve: Curve) => number,
): NamedCurves<Curve> {
  const { yTrue, rows, classNames } = readPredictions("curves", given);
  const names = axisNames(classNames);
  const classes = names.length === 2 ? [1] : Array.from(names.keys());
  const members = classes.map((label) => yTrue.map((one) => Number(one === label)));
  const isMixed = members.map((member) => member.includes(1) && member.includes(0));
  const found = classes.flatMap((label, c) =>
    isMixed[c]
      ? [
          {
            name: names[label] ?? String(label),
            points: ofClass(
              members[c] ?? [],
              rows.map((row) => row[label] ?? 0),
            ),
          },
        ]
      : [],
  );
  if (found.length < 1) throw invalid("yTrue", "samples of two classes at least", given.yTrue);
  const lowest = new Set(found.toSorted((a, b) => worth(a.points) - worth(b.points)).slice(0, mostCurves));
  const missing = classes.length - found.length;
  const notices = [
    lowest.size < found.length ? `the ${mostCurves} lowest of ${found.length} classes are drawn` : "",
    missing > 0 ? `${missing} ${missing === 1 ? "class" : "classes"} without samples` : "",
  ].filter(Boolean);
  return { curves: found.filter((curve) => lowest.has(curve)), isAlone: found.length === 1, notices };
}

/** The encoding that tells curves apart; `labels` in the order of the legend. */
export function curveColors(field: string, labels: readonly string[], hasLegend: boolean): Record<string, object> {
  const colors: string[] = Object.values(palette);
  const legend = hasLegend ? { title: null } : null;
  const shared = { field, type: "nominal", sort: labels, legend };
  const color = { ...shared, scale: { domain: labels, range: labels.map((_, i) => colors[i % colors.length]) } };
  if (labels.length <= colors.length) return { color };
  const dashes = labels.map((_, i) => (i < colors.length ? [1, 0] : [5, 3]));
  return { color, strokeDash: { ...shared, scale: { domain: labels, range: dashes } } };
}

/** @throws unless these are lists of rates from 0 to 1, equally long, at least `least` */
export function checkRates(curve: string, lists: Readonly<Record<string, unknown>>, least: number): void {
  const [first, ...others] = Object.entries(lists).map(([name, rates]) => {
    const rule = `at least ${least === 2 ? "two rates" : "one rate"} from 0 to 1`;
    if (!isList(rates) || rates.length < least) throw invalid(`${curve}.${name}`, rule, rates);
    for (let i = 0; i < rates.length; i++) {
      const rate: unknown = rates[i];
      if (!(typeof rate === "number" && rate >= 0 && rate <= 1))
        throw invalid(`${curve}.${name}[${i}]`, "a rate from 0 to 1", rate);
    }
    return { name, rates };
  });
  for (const { name, rates } of others)
    if (rates.length !== first?.rates.length)
      throw invalid(`${curve}.${name}`, `${first?.rates.length} rates, as many as ${first?.name}`, rates);
}
