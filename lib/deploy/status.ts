// ml.deploy.status: which releases there are, which is live, and whether their files are whole. Called by users and by `cellgrad deploy status`.
import { join } from "node:path";
import { DataTable } from "../plot/data-table.js";
import { readPointer } from "./live-pointer.js";
import { damages, type Manifest, readRelease } from "./manifest.js";
import { ReleaseStore } from "./release-store.js";

/** A folder that is, or should be, a release. */
export interface ReleaseState {
  readonly version: string;
  readonly isLive: boolean;
  /** Undefined where it can't be read. */
  readonly manifest: Manifest | undefined;
  /** What is wrong with each file that is missing or changed. */
  readonly damages: readonly string[];
}

/** What `ml.deploy.status` found: shows itself as a table. */
export class ReleaseStatus {
  constructor(
    /** Absolute. */
    readonly directory: string,
    /** The version that is live; undefined where nothing was promoted yet. */
    readonly live: string | undefined,
    /** Since when: ISO 8601, in UTC. */
    readonly since: string | undefined,
    /** The versions that were live before, the newest last: where rollbacks go. */
    readonly previous: readonly string[],
    /** In the order of their numbers. */
    readonly releases: readonly ReleaseState[],
  ) {}

  /** One row a release. */
  get table(): DataTable<readonly ReleaseState[]> {
    const columns = ["version", "live", "created", "parent", "accuracy", "size", "p95", "files"];
    const isNumeric = (name: string) => ["accuracy", "size", "p95"].includes(name);
    const title = this.live === undefined ? "nothing is live yet" : `${this.live} is live since ${this.since}`;
    return new DataTable(
      columns.map((name) => ({ name, isNumeric: isNumeric(name) })),
      this.releases.map((release) => cellsOf(release)),
      this.releases,
      title,
      this.releases.length === 0 ? [`no releases in ${this.directory}`] : [],
    );
  }

  toString(): string {
    return this.table.text;
  }

  [Symbol.for("Jupyter.display")](): { "text/html": string; "text/plain": string } {
    return this.table.bundle();
  }
}

/**
 * Looks at a folder of releases: every file is read and compared with its manifest.
 * @param directory the folder of releases
 * @returns what is live, what was before, and the state of each release; shows it
 * @throws when there is no such folder, or its file `current` is no pointer
 */
export async function status(directory: string): Promise<ReleaseStatus> {
  const store = await ReleaseStore.existing(directory);
  const pointer = await readPointer(store.directory);
  const releases = (await store.versions()).map(async (version): Promise<ReleaseState> => {
    const isLive = version === pointer?.version;
    try {
      const release = await readRelease(join(store.directory, version), version);
      return { version, isLive, manifest: release.manifest, damages: await damages(release) };
    } catch (error) {
      return {
        version,
        isLive,
        manifest: undefined,
        damages: [error instanceof Error ? error.message : String(error)],
      };
    }
  });
  const { version, since, previous = [] } = pointer ?? {};
  return new ReleaseStatus(store.directory, version, since, previous, await Promise.all(releases));
}

function cellsOf({ version, isLive, manifest, damages: wrong }: ReleaseState): string[] {
  const { accuracy, size, latency } = manifest?.metrics ?? {};
  return [
    version,
    isLive ? "live" : "",
    manifest?.created.slice(0, 19).replace("T", " ") ?? "",
    manifest?.parent ?? "",
    accuracy === undefined ? "" : `${(100 * accuracy.value).toFixed(1)} %`,
    size === undefined ? "" : `${(size / 1000).toFixed(1)} kB`,
    latency === undefined ? "" : `${Number(latency.p95.toPrecision(3))} ms`,
    wrong.length === 0 ? "whole" : wrong.join("; "),
  ];
}
