// A canary on the traffic of servers in other processes: those that ml.deploy.serve (or `cellgrad serve FOLDER`) started. Who asks leaves a note
// in the folder of releases, one of the servers takes it up and answers beside it. Both sides are here; used by pipeline.ts and serve-live.ts.
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { writeFileAtomically } from "../engine/atomic-file.js";
import { cellSignal } from "../engine/cell-signal.js";
import type { Server } from "../serve/server.js";
import { type CanaryFindings, tryCanary } from "./canary.js";
import { inUseOf, temporaryName } from "./left-behind.js";
import { checkWhole, type Release } from "./manifest.js";
import type { CanaryOptions } from "./pipeline-options.js";
import type { ReleaseStore } from "./release-store.js";
import type { StageResult } from "./stages.js";

interface Note extends Required<CanaryOptions> {
  readonly version: string;
}

type Answer = StageResult<CanaryFindings> | { readonly error: string };

/** Milliseconds: in which a server takes a note up that looks as rarely as it may, and in which it loads the release and answers. */
const [longestPickUp, longestAnswer, every] = [65_000, 60_000, 50];
const [taken, answered] = [".taken", ".answer"];

/** @throws what the server throws, and the reason of Stop */
export async function askFollowers(
  store: ReleaseStore,
  { version }: Release,
  options: Required<CanaryOptions>,
): Promise<StageResult<CanaryFindings | undefined>> {
  const signal = cellSignal();
  const { path, release } = temporaryName(store.directory, "canary");
  const note: Note = { version, ...options };
  try {
    await writeFileAtomically(path, JSON.stringify(note));
    let until = performance.now() + Math.min(longestPickUp, 1000 * options.seconds);
    let isTaken = false;
    while (performance.now() < until) {
      const answer = await readJSON<Answer>(`${path}${answered}`);
      if (answer !== undefined) {
        if ("error" in answer) throw new Error(answer.error);
        return answer;
      }
      if (!isTaken && existsSync(`${path}${taken}`)) {
        isTaken = true;
        until = performance.now() + 1000 * options.seconds + longestAnswer;
      }
      await sleep(every, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
    }
    const text = isTaken
      ? "the server that took it up gave no answer"
      : "no server follows this folder (ml.deploy.serve, cellgrad serve)";
    return { outcome: "refused", text, value: undefined };
  } finally {
    // The server sees that nobody waits any more.
    for (const file of [path, `${path}${taken}`, `${path}${answered}`]) await rm(file, { force: true });
    release();
  }
}

/** Takes up what is asked of servers that follow the folder, one note a server at a time. */
export class CanaryFollower {
  readonly #server: Server;
  readonly #store: ReleaseStore;
  #running = false;

  constructor(server: Server, store: ReleaseStore) {
    this.#server = server;
    this.#store = store;
  }

  /** Returns once a note is taken up; what follows goes on beside. */
  async look(): Promise<void> {
    if (this.#running) return;
    for (const path of await inUseOf(this.#store.directory, "canary")) {
      const note = await readJSON<Note>(path);
      if (note === undefined) continue;
      // Of several servers, one makes the file.
      const isOurs = await writeFile(`${path}${taken}`, "", { flag: "wx" }).then(
        () => true,
        () => false,
      );
      if (!isOurs) continue;
      this.#running = true;
      void this.#answer(path, note).finally(() => {
        this.#running = false;
      });
      return;
    }
  }

  async #answer(path: string, { version, ...options }: Note): Promise<void> {
    const gone = new AbortController();
    const watch = setInterval(() => {
      void readJSON(path).then((note) => note === undefined && gone.abort());
    }, 500);
    watch.unref();
    try {
      const release = await this.#store.release(version);
      await checkWhole(release);
      const answer: Answer = await tryCanary(this.#server, release, options, gone.signal);
      await writeFileAtomically(`${path}${answered}`, JSON.stringify(answer));
    } catch (error) {
      const answer: Answer = { error: error instanceof Error ? error.message : String(error) };
      if (!gone.signal.aborted) await writeFileAtomically(`${path}${answered}`, JSON.stringify(answer)).catch(() => {});
    } finally {
      clearInterval(watch);
      // Whoever asked may have gone while the answer was written.
      if (gone.signal.aborted || (await readJSON(path)) === undefined)
        for (const file of [`${path}${taken}`, `${path}${answered}`]) await rm(file, { force: true });
    }
  }
}

async function readJSON<Content>(file: string): Promise<Content | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Content;
  } catch {
    return undefined;
  }
}
