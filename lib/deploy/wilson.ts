// A share of right answers, and how sure it is. Used by the gate and the canary.
import { wilsonInterval } from "../metrics/wilson-interval.js";

export interface ShareInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/** With Wilson's interval of 95 %. @param right how many of them @param samples at least 1 */
export function wilson(right: number, samples: number): ShareInterval {
  const value = right / samples;
  return { value, ...wilsonInterval(value, samples), samples };
}
