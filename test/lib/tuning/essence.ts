// What searches are compared by, here and in test/stores.
import type * as ml from "../../../lib/index.js";

/** What must be the same each time: all but times and places. */
export function essence({ trials }: ml.tuning.SearchResult): unknown {
  return trials.map(({ number, parameters, state, score, scores, error }) => ({
    number,
    parameters,
    state,
    score,
    scores,
    error: error?.message,
  }));
}
