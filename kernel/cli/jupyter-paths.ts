// Where Jupyter looks for kernelspecs, as jupyter_core decides it, without asking Python. Used by install, lab and
// doctor. https://docs.jupyter.org/en/stable/use/jupyter-directories.html
import os from "node:os";
import path from "node:path";

export interface Surroundings {
  platform: NodeJS.Platform;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

export function currentSurroundings(): Surroundings {
  return { platform: process.platform, home: os.homedir(), env: process.env };
}

function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}

/** jupyter_core's `jupyter_data_dir()`: the user's own folder for kernelspecs and the like. */
export function userDataDirectory({ platform, home, env }: Surroundings = currentSurroundings()): string {
  const { join } = pathsOf(platform);
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const platformDirectories = !["", "no", "n", "false", "off", "0", "0.0"].includes(
    (env.JUPYTER_PLATFORM_DIRS ?? "").toLowerCase(),
  );
  if (platform === "darwin") {
    return platformDirectories
      ? join(home, "Library", "Application Support", "Jupyter")
      : join(home, "Library", "Jupyter");
  }
  if (platform === "win32") {
    if (platformDirectories) return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "Jupyter");
    return env.APPDATA ? join(env.APPDATA, "jupyter") : join(env.JUPYTER_CONFIG_DIR || join(home, ".jupyter"), "data");
  }
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), platformDirectories ? "Jupyter" : "jupyter");
}

/** The data folder below a Python's `sys.prefix`, or any other prefix. */
export function prefixDataDirectory(prefix: string, platform: NodeJS.Platform = process.platform): string {
  return pathsOf(platform).join(prefix, "share", "jupyter");
}

/** cellgrad's own folder for what it keeps between runs, outside the package. */
export function cellgradDataDirectory({ platform, home, env }: Surroundings = currentSurroundings()): string {
  const { join } = pathsOf(platform);
  if (platform === "darwin") return join(home, "Library", "Application Support", "cellgrad");
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "cellgrad");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "cellgrad");
}

/** Folders below which any Jupyter on this machine looks for `kernels/`, most important first. */
export function dataDirectories(prefixes: string[], surroundings: Surroundings = currentSurroundings()): string[] {
  const { platform, env } = surroundings;
  const { join, delimiter } = pathsOf(platform);
  const system =
    platform === "win32"
      ? [join(env.PROGRAMDATA || "C:\\ProgramData", "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const all = [
    ...(env.JUPYTER_PATH ?? "").split(delimiter).filter((entry) => entry !== ""),
    userDataDirectory(surroundings),
    ...prefixes.map((prefix) => prefixDataDirectory(prefix, platform)),
    ...system,
  ];
  return [...new Set(all)];
}
