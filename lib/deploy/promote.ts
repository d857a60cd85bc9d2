// ml.deploy.promote and ml.deploy.rollback: which release is live, and what a running server answers with. Called by users, by pipeline.ts and
// by `cellgrad deploy`.
import { checkOptions, invalid } from "../engine/invalid.js";
import { Server } from "../serve/server.js";
import { movePointer, type Pointer } from "./live-pointer.js";
import { checkWhole } from "./manifest.js";
import { Promotion } from "./promotion.js";
import { checkVersion, ReleaseStore } from "./release-store.js";

export interface PromoteOptions {
  /** The folder of releases. */
  readonly directory: string;
  /** The release that is to be live. */
  readonly version: string;
  /** A server of `ml.serve` that runs and is to answer with it from now on. */
  readonly server?: Server;
}

export interface RollbackOptions {
  /** The folder of releases. */
  readonly directory: string;
  /** The release that is to be live again; by default the one that was live before. */
  readonly version?: string;
  /** A server of `ml.serve` that runs and is to answer with it from now on. */
  readonly server?: Server;
}

/**
 * Makes a release live: its files are checked against its manifest, the server (if there is one) loads and warms it up while the old version
 * answers and swaps, and the file `current` names it. When the promise resolves, the change is on the disk.
 * @returns what was live before and what is now; shows it
 * @throws when there is no such release, a file of it is missing or changed, or the server can't take it; then the old one stays live
 */
export async function promote(options: PromoteOptions): Promise<Promotion> {
  checkOptions("options", options, ["directory", "version", "server"]);
  const { directory, version, server } = options;
  checkVersion(version);
  checkServer(server);
  return goLive("promoted", await ReleaseStore.existing(directory), server, (live) => ({
    version,
    previous: live === undefined ? [] : [...live.previous, live.version],
  }));
}

/**
 * Makes the release live again that was live before, or an earlier one: as `promote`, but backwards, so that a second call goes one further.
 * @returns what was live before and what is now; shows it
 * @throws when nothing was live before, a file of it is missing or changed, or the server can't take it; then the live one stays
 */
export async function rollback(options: RollbackOptions): Promise<Promotion> {
  checkOptions("options", options, ["directory", "version", "server"]);
  const { directory, version, server } = options;
  if (version !== undefined) checkVersion(version);
  checkServer(server);
  return goLive("rolled back", await ReleaseStore.existing(directory), server, (live) => {
    const previous = live?.previous ?? [];
    const place = version === undefined ? previous.length - 1 : previous.lastIndexOf(version);
    const back = previous[place];
    if (back === undefined)
      throw version === undefined
        ? invalid("directory", "releases of which one was live before the live one", live?.version)
        : invalid("version", `one that was live before: ${previous.join(", ") || "none"}`, version);
    return { version: back, previous: previous.slice(0, place) };
  });
}

function checkServer(server: unknown): void {
  if (server !== undefined && !(server instanceof Server))
    throw invalid("server", "a server of ml.serve.start", server);
}

async function goLive(
  kind: Promotion["kind"],
  store: ReleaseStore,
  server: Server | undefined,
  choose: (live: Pointer | undefined) => Omit<Pointer, "since">,
): Promise<Promotion> {
  const started = performance.now();
  const swapBack: (() => Promise<unknown>)[] = [];
  try {
    const { before, after } = await movePointer(store.directory, async (live) => {
      const next = choose(live);
      const release = await store.release(next.version);
      await checkWhole(release);
      if (server !== undefined) {
        const old = live && (await store.release(live.version).catch(() => undefined));
        await server.swap(release.model, { version: release.version });
        if (old !== undefined) swapBack.push(() => server.swap(old.model, { version: old.version }));
      }
      return next.version === live?.version ? undefined : next;
    });
    return new Promotion(kind, before?.version, after?.version ?? "", performance.now() - started, server?.url);
  } catch (error) {
    // The pointer could not be written: the server answers as it says.
    for (const swap of swapBack) await swap().catch(() => {});
    throw error;
  }
}
