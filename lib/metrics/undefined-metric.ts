// The error of a metric that has no value on this input, though each sample is fine: a class without samples, a constant, …
// bootstrapInterval and fit() leave such values out, where all other errors are the caller's mistake.
import { invalid } from "../engine/invalid.js";

/** Its message has the shape of all others: `invalid <name>; expected <rule>: <value>`. */
export class UndefinedMetricError extends Error {
  override readonly name = "UndefinedMetricError";

  /** @param name the argument to blame; @param rule what was expected of it; @param value what was given */
  constructor(name: string, rule: string, value: unknown) {
    super(invalid(name, rule, value).message);
  }
}
