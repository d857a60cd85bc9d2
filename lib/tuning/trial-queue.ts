// A queue of trials on Redis, by BullMQ: how it is reached, what a job holds, and the note that says that a search still wants its trials.
// Shared by the search's side (queue-pool.ts) and the workers' (queue-worker.ts).
import type { Redis } from "ioredis";
import { invalid } from "../engine/invalid.js";
import { optionalPackage } from "../engine/optional-package.js";
import { withoutPassword } from "./queue-address.js";
import type { TrialJob, TrialRun } from "./trial-run.js";

/** What a job holds: JSON. */
export interface QueuedTrial extends TrialJob {
  /** The search's id. */
  readonly search: string;
  /** Within the folder that search and workers each have. */
  readonly place: string;
  readonly function: string;
  readonly sha256: string;
}

/** What a job gives back. */
export type QueuedResult = { readonly run: TrialRun } | { readonly unusable: string };

/** Before all keys, BullMQ's too. */
export const prefix = "cellgrad";
/** How long the note of a search outlives its last renewal: a search that was killed is given up then. In milliseconds. */
export const noteOutlives = 60_000;
/** Why a worker gave a job up. */
export const searchIsOver = "the search is over";

/** The note: it is there as long as the search wants results. */
export function noteOf(search: string): string {
  return `${prefix}:search:${search}`;
}

const askedBy = { argument: "queue", rule: "Redis and packages that are installed" };

export function loadBullmq(): Promise<typeof import("bullmq")> {
  return optionalPackage<typeof import("bullmq")>("bullmq", askedBy);
}

/** A connection for the note. @throws when Redis can't be reached now; later it waits until it can be again */
export async function connect(address: string): Promise<Redis> {
  const { Redis: Client } = await optionalPackage<typeof import("ioredis")>("ioredis", askedBy);
  let wasThere = false;
  const redis = new Client(address, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (wasThere ? Math.min(100 * times, 2000) : null),
  });
  let reason = "";
  redis.on("error", ({ message }: Error) => {
    reason = message;
  });
  try {
    await redis.connect();
    // A wrong password is noticed by the first command.
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const why = reason || (error instanceof Error ? error.message : String(error));
    throw invalid("queue.redis", "a Redis that can be reached", `${withoutPassword(address)} (${why})`, error);
  }
  wasThere = true;
  return redis;
}

/** How BullMQ makes its own connections; they wait for a Redis that is down. */
export function connectionOf(address: string): { url: string; maxRetriesPerRequest: null } {
  return { url: address, maxRetriesPerRequest: null };
}
