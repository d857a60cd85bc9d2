// What evaluate() found: numbers first, shown as accuracy with its interval, the report, and the confusion matrix.
import { type BootstrapInterval, classificationReport, confusionMatrix } from "../metrics/index.js";
import { showEvaluation } from "./evaluation-display.js";

export interface EvaluationValues {
  yTrue: number[];
  yPred: number[];
  /** One row a sample. */
  probabilities: number[][];
  classNames: readonly string[];
  interval: BootstrapInterval;
}

/**
 * What ml.evaluate found. Shows itself with accuracy, its interval, the report and the confusion matrix.
 */
export class Evaluation {
  readonly yTrue: number[];
  readonly yPred: number[];
  /** One row a sample, one column a class; rows sum to 1. */
  readonly probabilities: number[][];
  readonly classNames: readonly string[];
  /** The share of right predictions, in [0, 1]. */
  readonly accuracy: number;
  /** The 95 % interval of the accuracy. */
  readonly interval: BootstrapInterval;

  constructor(values: EvaluationValues) {
    this.yTrue = values.yTrue;
    this.yPred = values.yPred;
    this.probabilities = values.probabilities;
    this.classNames = values.classNames;
    this.interval = values.interval;
    this.accuracy = values.interval.value;
  }

  /** Precision, recall, F1 and support of each class, and their averages. */
  get report(): ReturnType<typeof classificationReport> {
    return classificationReport(this.yTrue, this.yPred, { labels: this.labels, classNames: [...this.classNames] });
  }

  /** Rows true, columns predicted. */
  get confusionMatrix(): ReturnType<typeof confusionMatrix> {
    return confusionMatrix(this.yTrue, this.yPred, { labels: this.labels });
  }

  private get labels(): number[] {
    return this.classNames.map((_, i) => i);
  }

  [Symbol.for("Jupyter.display")](): { "text/plain": string; "text/html": string } {
    return showEvaluation(this);
  }
}
