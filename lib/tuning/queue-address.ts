// Where a queue of trials is: an option of searches and workers. Apart from trial-queue.ts, whose types are those of packages that few install.
import { checkText, invalid } from "../engine/invalid.js";

export interface QueueAddress {
  /** "redis://user:password@host:6379/0"; rediss: for TLS. */
  readonly redis: string;
  /** Which queue there; "trials" by default. Workers of the same name do what is in it. */
  readonly name?: string;
}

export function checkQueue(queue: unknown): Required<QueueAddress> {
  const { redis, name = "trials" } = (
    typeof queue === "object" && queue !== null ? queue : {}
  ) as Partial<QueueAddress>;
  if (typeof redis !== "string" || !/^rediss?:\/\/[^/]/.test(redis))
    throw invalid("queue.redis", "an address such as redis://127.0.0.1:6379", withoutPassword(redis));
  checkText("queue.name", name, "the name of a queue");
  // BullMQ puts names together with colons.
  if (!/^[\w.-]{1,100}$/.test(name)) throw invalid("queue.name", "letters, digits, dots, - and _", name);
  return { redis, name };
}

export function withoutPassword(address: unknown): unknown {
  return typeof address === "string" ? address.replace(/\/\/[^@/]*@/, "//") : address;
}
