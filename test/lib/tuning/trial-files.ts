// Modules of trials for the tests, written into a folder of their own, as a user's are: no package.json, no node_modules beside them.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export class TrialFiles {
  readonly folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "cellgrad-trials-")));

  write(name: string, source: string): string {
    const file = this.path(name);
    writeFileSync(file, source);
    return file;
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
