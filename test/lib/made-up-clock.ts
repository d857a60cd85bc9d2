// A clock that tests set, in place of performance.now. Mocks of node:test would keep every call, and of two of them in one test the
// first would stay.

/** @param now milliseconds */
export function setClock(now: () => number): void {
  Object.defineProperty(performance, "now", { value: now, configurable: true, writable: true });
}

/** For afterEach. */
export function restoreClock(): void {
  Reflect.deleteProperty(performance, "now");
}
