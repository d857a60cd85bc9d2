// How a command ends when it can't do what was asked: a message for standard error and an exit code. program.ts prints
// it; every command throws it.

/** What `cellgrad` answers to a shell. `--help` lists these. */
export const exitCodes = {
  /** A cell failed, a file could not be written, something is broken. */
  failed: 1,
  /** The command line or the input file is wrong. */
  usage: 2,
  /** Something outside cellgrad is missing: Python, JupyterLab, PyPI. */
  missing: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export class CommandFailure extends Error {
  override readonly name = "CommandFailure";

  constructor(
    message: string,
    readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes] = exitCodes.failed,
  ) {
    super(message);
  }
}
