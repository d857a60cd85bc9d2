// What goes wrong without being anybody's cell: to standard error, which Jupyter shows in its own log.

export function log(problem: string): void {
  process.stderr.write(`[cellgrad] ${problem}\n`);
}

/** For errors of ours, which a log must let a reader find. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
