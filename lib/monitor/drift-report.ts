// What ml.monitor.drift found: each feature's statistics and the verdict, as a table.
import { type Table, tableAsText, withDisplay } from "../metrics/table.js";
import type { Chart } from "../plot/chart.js";
import { driftChart, excess } from "./drift-chart.js";
import type { DriftMethod } from "./statistics.js";

/** A part of a feature's values: a tenth of the reference, or a class. */
export interface DriftBin {
  readonly label: string;
  /** The share of each sample's rows that is in it, in [0, 1]. */
  readonly reference: number;
  readonly current: number;
}

export interface FeatureDrift {
  readonly name: string;
  readonly kind: "numbers" | "classes";
  /** The statistic that decides. */
  readonly method: DriftMethod;
  /** The Kolmogorov–Smirnov statistic, in [0, 1]; of numbers. */
  readonly ks?: number;
  /** The population stability index, at least 0, over tenths of the reference or classes. */
  readonly psi: number;
  /** Pearson's χ², at least 0, over the same. */
  readonly chiSquare: number;
  /** The Jensen–Shannon distance with logarithms of base 2, in [0, 1], over the same. */
  readonly jensenShannon: number;
  /** What the deciding statistic may be; see `drift`. */
  readonly threshold: number;
  /** How often chance makes the deciding statistic as large, of this feature alone, in (0, 1]. */
  readonly pValue: number;
  /** Whether the deciding statistic is above its threshold. */
  readonly drifted: boolean;
  /** How its values are distributed; of more than 20 classes the rarest are one. */
  readonly bins: readonly DriftBin[];
}

export interface DriftFindings {
  readonly features: readonly FeatureDrift[];
  readonly alpha: number;
  readonly rows: { readonly reference: number; readonly current: number };
}

const names: Readonly<Record<DriftMethod, string>> = { ks: "KS", psi: "PSI", chiSquare: "χ²", jensenShannon: "JS" };
/** The worst are shown. */
const mostShown = 30;

/** What `ml.monitor.drift` returns. */
export class DriftReport {
  readonly features: readonly FeatureDrift[];
  /** The share of windows without drift that may be called drift. */
  readonly alpha: number;
  /** Rows that were compared. */
  readonly rows: { readonly reference: number; readonly current: number };

  constructor({ features, alpha, rows }: DriftFindings) {
    this.features = features;
    this.alpha = alpha;
    this.rows = rows;
    withDisplay(this, () => this.#table());
  }

  /** Whether any feature has drifted. */
  get drifted(): boolean {
    return this.features.some((feature) => feature.drifted);
  }

  /** The names of the features that have. */
  get driftedFeatures(): readonly string[] {
    return this.features.filter((feature) => feature.drifted).map(({ name }) => name);
  }

  /** How far each feature is beyond its threshold, and how the worst ones are distributed. */
  get chart(): Chart<readonly FeatureDrift[]> {
    return driftChart(this.#shown(), this.#headline(), tableAsText(this.#table()));
  }

  #table(): Table {
    return {
      caption: this.#headline(),
      columns: ["KS", "PSI", "χ²", "JS", "decides", "p", "verdict"],
      rows: this.#shown().map((one) => ({ name: one.name, cells: cellsOf(one) })),
    };
  }

  #headline(): string {
    const { reference, current } = this.rows;
    const compared = `${current.toLocaleString("en")} rows against ${reference.toLocaleString("en")}`;
    const verdict = this.drifted
      ? `drift in ${this.driftedFeatures.length} of ${this.features.length} features`
      : "no drift";
    const left = this.features.length - this.#shown().length;
    const cut = left > 0 ? `; ${left} features with less are not shown` : "";
    return `${verdict} (${compared}; false in at most ${Number((100 * this.alpha).toPrecision(3))} % of windows${cut})`;
  }

  /** The worst first where there are many. */
  #shown(): readonly FeatureDrift[] {
    if (this.features.length <= mostShown) return this.features;
    return this.features.toSorted((a, b) => excess(b) - excess(a)).slice(0, mostShown);
  }
}

function cellsOf(feature: FeatureDrift): string[] {
  const { ks, psi, chiSquare, jensenShannon, method, threshold, pValue, drifted } = feature;
  return [
    ks === undefined ? "" : ks.toFixed(3),
    psi.toFixed(3),
    chiSquare.toPrecision(4),
    jensenShannon.toFixed(3),
    `${names[method]} > ${threshold.toPrecision(3)}`,
    pValue < 0.001 ? pValue.toExponential(0) : pValue.toFixed(3),
    drifted ? "drift" : "ok",
  ];
}
