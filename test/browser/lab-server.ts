// JupyterLab as a person gets it, `cellgrad lab --no-browser`, with Jupyter's own folders below a temporary one. Used by
// the browser tests.
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** JupyterLab may have to be installed first. */
const startupMs = 300_000;

export class LabServer {
  private constructor(
    readonly process: ChildProcess,
    readonly url: URL,
    /** What the file browser shows. */
    readonly notebooks: string,
    readonly folder: string,
  ) {}

  static async start(): Promise<LabServer> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "cellgrad-browser-"));
    const notebooks = path.join(folder, "notebooks");
    await cp(path.join(root, "test", "browser", "notebooks"), notebooks, { recursive: true });
    // The environment that an activated shell adds would be found before the project's own.
    const { VIRTUAL_ENV: _, ...inherited } = process.env;
    const child = spawn(
      process.execPath,
      [path.join(root, "dist", "kernel", "cli", "main.js"), "lab", "--no-browser", notebooks],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...inherited,
          XDG_DATA_HOME: path.join(folder, "data"),
          JUPYTER_DATA_DIR: path.join(folder, "jupyter-data"),
          JUPYTER_CONFIG_DIR: path.join(folder, "jupyter-config"),
          JUPYTER_RUNTIME_DIR: path.join(folder, "jupyter-runtime"),
          JUPYTERLAB_SETTINGS_DIR: path.join(folder, "lab-settings"),
          JUPYTERLAB_WORKSPACES_DIR: path.join(folder, "lab-workspaces"),
        },
      },
    );
    const url = await new Promise<string>((resolve, reject) => {
      let printed = "";
      const timer = setTimeout(() => reject(new Error(`cellgrad lab printed no address:\n${printed}`)), startupMs);
      const read = (chunk: Buffer) => {
        printed += chunk.toString("utf8");
        const address = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=\w+/.exec(printed)?.[0];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => reject(new Error(`cellgrad lab ended with exit code ${code}:\n${printed}`)));
    });
    return new LabServer(child, new URL(url), notebooks, folder);
  }

  /** The address of one notebook, or of the launcher. */
  address(notebook?: string): string {
    const url = new URL(this.url);
    // A workspace of its own each time: else JupyterLab restores the tabs of the test before.
    if (notebook !== undefined) url.pathname = `/lab/workspaces/${path.parse(notebook).name}/tree/${notebook}`;
    return url.href;
  }

  /** As Ctrl-C does; resolves to the exit code. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    if (this.process.exitCode !== null) return this.process.exitCode;
    this.process.kill("SIGINT");
    const code = await ended;
    await rm(this.folder, { recursive: true, force: true });
    return code;
  }
}
