// The folders that jupyter_core looks in, per platform. Expected values: jupyter_core 5.9, `jupyter --paths`.
import assert from "node:assert/strict";
import {
  cellgradDataDirectory,
  dataDirectories,
  prefixDataDirectory,
  type Surroundings,
  userDataDirectory,
} from "../../../kernel/cli/jupyter-paths.js";

const linux: Surroundings = { platform: "linux", home: "/home/ada", env: {} };
const mac: Surroundings = { platform: "darwin", home: "/Users/ada", env: {} };
const windows: Surroundings = {
  platform: "win32",
  home: "C:\\Users\\ada",
  env: { APPDATA: "C:\\Users\\ada\\AppData\\Roaming", LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local" },
};

describe("jupyter-paths", () => {
  const cases: [what: string, surroundings: Surroundings, expected: string][] = [
    ["Linux", linux, "/home/ada/.local/share/jupyter"],
    ["Linux with XDG_DATA_HOME", { ...linux, env: { XDG_DATA_HOME: "/data" } }, "/data/jupyter"],
    ["JUPYTER_DATA_DIR", { ...linux, env: { JUPYTER_DATA_DIR: "/j", XDG_DATA_HOME: "/data" } }, "/j"],
    ["an empty JUPYTER_DATA_DIR", { ...linux, env: { JUPYTER_DATA_DIR: "" } }, "/home/ada/.local/share/jupyter"],
    ["macOS", mac, "/Users/ada/Library/Jupyter"],
    [
      "macOS with JUPYTER_PLATFORM_DIRS",
      { ...mac, env: { JUPYTER_PLATFORM_DIRS: "1" } },
      "/Users/ada/Library/Application Support/Jupyter",
    ],
    [
      "macOS with JUPYTER_PLATFORM_DIRS=0",
      { ...mac, env: { JUPYTER_PLATFORM_DIRS: "0" } },
      "/Users/ada/Library/Jupyter",
    ],
    ["Windows", windows, "C:\\Users\\ada\\AppData\\Roaming\\jupyter"],
    ["Windows without APPDATA", { ...windows, env: {} }, "C:\\Users\\ada\\.jupyter\\data"],
  ];
  for (const [what, surroundings, expected] of cases) {
    it(`finds the user's folder: ${what}`, () => assert.equal(userDataDirectory(surroundings), expected));
  }

  it("finds the folder below a prefix", () => {
    assert.equal(prefixDataDirectory("/opt/venv", "linux"), "/opt/venv/share/jupyter");
    assert.equal(prefixDataDirectory("C:\\venv", "win32"), "C:\\venv\\share\\jupyter");
  });

  it("keeps cellgrad's own data where the platform wants it", () => {
    assert.equal(cellgradDataDirectory(linux), "/home/ada/.local/share/cellgrad");
    assert.equal(cellgradDataDirectory(mac), "/Users/ada/Library/Application Support/cellgrad");
    assert.equal(cellgradDataDirectory(windows), "C:\\Users\\ada\\AppData\\Local\\cellgrad");
  });

  it("lists what Jupyter searches, JUPYTER_PATH first, each once", () => {
    const surroundings = { ...linux, env: { JUPYTER_PATH: "/a:/b:/opt/venv/share/jupyter" } };
    assert.deepEqual(dataDirectories(["/opt/venv", "/usr"], surroundings), [
      "/a",
      "/b",
      "/opt/venv/share/jupyter",
      "/home/ada/.local/share/jupyter",
      "/usr/share/jupyter",
      "/usr/local/share/jupyter",
    ]);
  });
});
