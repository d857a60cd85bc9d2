// The error of a stopped cell. JupyterLab and nbclient know its name from Python.

export class KeyboardInterrupt extends Error {
  override name = "KeyboardInterrupt";

  constructor() {
    super("the cell was stopped");
  }
}
