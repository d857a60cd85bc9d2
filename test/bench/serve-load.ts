// Load for serve.ts, in a process of its own: autocannon's, which takes bodies that are no text only from a program. Reads the settings as JSON
// on standard input, prints the report.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

export interface Load {
  readonly url: string;
  readonly type: string;
  /** base64 */
  readonly body: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
}

/** What of autocannon's is read; it has no types of its own. */
export interface Report {
  readonly requests: { readonly average: number; readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
}

const autocannon = createRequire(import.meta.url)("autocannon") as (options: object) => Promise<Report>;
const { type, body, ...load } = JSON.parse(await text(process.stdin)) as Load;
const report = await autocannon({
  ...load,
  method: "POST",
  headers: { "content-type": type },
  body: Buffer.from(body, "base64"),
});
console.log(JSON.stringify(report));
