// Why a request is not answered: a status and a message in the library's shape. Thrown wherever a request is read or waits; http-app.ts
// makes the answer of it.
import { invalid } from "../engine/invalid.js";

export class RequestFailure extends Error {
  override readonly name = "RequestFailure";

  /**
   * @param status 4xx, or 503 where another try may succeed
   * @param expected the rule that was broken
   */
  constructor(
    readonly status: number,
    what: string,
    readonly expected: string,
    value: unknown,
  ) {
    super(invalid(what, expected, value).message);
  }
}

/** 503: to be tried again. */
export class Overload extends RequestFailure {
  constructor(
    /** What it is counted as. */
    readonly reason: "queue" | "memory" | "timeout" | "closing" | "model",
    what: string,
    expected: string,
    value: unknown,
  ) {
    super(503, what, expected, value);
  }
}
