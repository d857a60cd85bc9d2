// Where values that are no errors were thrown: unlike errors they carry no stack. Compiled code passes what it throws
// through `$cellgrad.thrown`; tracebacks ask here.
import { isError } from "./safe-read.js";

export class ThrownValues {
  #last: { value: unknown; position: Error } | undefined;

  /** Gives back the value. */
  readonly note = (value: unknown): unknown => {
    if (isError(value)) return value;
    const position = new Error();
    Error.captureStackTrace(position, this.note);
    this.#last = { value, position };
    return value;
  };

  /** An error whose stack begins where the value was thrown, if it is what was thrown last. */
  positionOf(value: unknown): Error | undefined {
    return this.#last && Object.is(this.#last.value, value) ? this.#last.position : undefined;
  }
}
