// What the well-known data sets give: mnist, fashionMnist, cifar10.
import type { Dataset } from "./dataset.js";

export interface TrainAndTest {
  readonly train: Dataset;
  readonly test: Dataset;
  /** The same for both. */
  readonly classNames: readonly string[];
}
