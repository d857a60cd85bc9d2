// ml.deploy.serve: a server that answers with whatever release is live, and swaps when that changes: by promote or rollback in this process or
// another one. Called by users and by `cellgrad serve`.
import { setTimeout as sleep } from "node:timers/promises";
import { checkOptions, checkWhole as checkWholeNumber, invalid } from "../engine/invalid.js";
import { optionNames, type ServeOptions } from "../serve/options.js";
import type { Server } from "../serve/server.js";
import { start } from "../serve/start.js";
import { readPointer } from "./live-pointer.js";
import { checkWhole } from "./manifest.js";
import { ReleaseStore } from "./release-store.js";
import { CanaryFollower } from "./remote-canary.js";

export interface ServeLiveOptions extends Omit<ServeOptions, "model" | "version"> {
  /** The folder of releases. */
  readonly directory: string;
  /** Milliseconds between two looks at which release is live, 50 to 60,000; 500 by default. */
  readonly every?: number;
  /** Told why a release that is live could not be taken over; the old one then answers on, and it is tried again. */
  readonly onError?: (error: Error) => void;
}

/**
 * Serves the release that is live, as `ml.serve.start` serves a file (its options are options here too), and follows `promote` and `rollback`
 * from wherever they are called, without losing a request. A pipeline elsewhere may try its candidate on this server's traffic (`server: "following"`).
 * @returns the running server; `close()` ends it, and the following
 * @throws when nothing is live, the live release is damaged, or what `ml.serve.start` throws
 */
export async function serve(options: ServeLiveOptions): Promise<Server> {
  const own = optionNames.filter((name) => name !== "model" && name !== "version");
  checkOptions("options", options, ["directory", "every", "onError", ...own]);
  const { directory, every = 500, onError, ...settings } = options;
  checkWholeNumber("every", every, 50, 60_000);
  if (onError !== undefined && typeof onError !== "function") throw invalid("onError", "a function", onError);
  const store = await ReleaseStore.existing(directory);
  const release = await store.live();
  if (release === undefined) throw invalid("directory", "releases of which one is live", directory);
  await checkWhole(release);
  const server = await start({ ...settings, model: release.model, version: release.version });
  void follow(server, store, every, onError);
  return server;
}

/** Ends with the server. Never throws. */
async function follow(
  server: Server,
  store: ReleaseStore,
  every: number,
  onError: ServeLiveOptions["onError"],
): Promise<void> {
  const canaries = new CanaryFollower(server, store);
  while (!server.isClosed) {
    await sleep(every, undefined, { ref: false });
    try {
      if (!server.isClosed) await canaries.look();
      const version = (await readPointer(store.directory))?.version;
      if (version === undefined || version === server.model.version || server.isClosed) continue;
      const release = await store.release(version);
      await checkWhole(release);
      await server.swap(release.model, { version });
    } catch (error) {
      if (!server.isClosed) onError?.(error as Error);
    }
  }
}
