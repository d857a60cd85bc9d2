// A release that is tried on what the live version is asked: mirrored, compared, judged. Called by pipeline.ts and remote-canary.ts.
import { cellSignal } from "../engine/cell-signal.js";
import type { MirrorCounts } from "../serve/mirror.js";
import type { Server } from "../serve/server.js";
import type { Release } from "./manifest.js";
import type { CanaryOptions } from "./pipeline-options.js";
import type { StageResult } from "./stages.js";
import { type ShareInterval, wilson } from "./wilson.js";

/** What a canary has seen. */
export interface CanaryFindings extends MirrorCounts {
  /** The share of inputs that both versions answered alike, with its 95 % interval; what the candidate could not answer counts as other. */
  readonly agreement: ShareInterval | undefined;
}

/**
 * @param signal ends it; the running cell's by default
 * @throws when the server can't load the release, and the reason of the signal
 */
export async function tryCanary(
  server: Server,
  release: Release,
  { requests, seconds, agreement }: Required<CanaryOptions>,
  signal = cellSignal(),
): Promise<StageResult<CanaryFindings>> {
  const mirror = await server.mirror(release.model, { version: release.version });
  const until = performance.now() + 1000 * seconds;
  const tried = () => mirror.counts.compared + mirror.counts.failed;
  // What the rest can't bring to the agreement any more.
  const isHopeless = () => wilson(requests - (tried() - mirror.counts.same), requests).low < agreement;
  try {
    while (tried() < requests && !isHopeless() && !mirror.isClosed && performance.now() < until)
      await changeOrEnd(mirror.changed(), until - performance.now(), signal);
  } finally {
    await mirror.close();
  }
  signal?.throwIfAborted();
  const { counts } = mirror;
  const seen = tried();
  const share = seen === 0 ? undefined : wilson(counts.same, seen);
  const isMet = share !== undefined && seen >= requests && share.low >= agreement;
  return { outcome: isMet ? "passed" : "refused", text: textOf(), value: { ...counts, agreement: share } };

  function textOf(): string {
    const rest = `${counts.failed} failed, ${counts.dropped} dropped`;
    if (share === undefined) return `no request came in ${seconds} s, ${requests} are needed (${rest})`;
    const alike = `${counts.same} of ${seen} mirrored inputs answered alike`;
    if (isMet || isHopeless())
      return `${alike}: ${percent(share.value)}, lower end of the 95 % interval ${percent(share.low)}, at least ${percent(agreement)} (${rest})`;
    return `${alike}, ${requests} inputs are needed within ${seconds} s (${rest})`;
  }
}

async function changeOrEnd(
  change: Promise<void>,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  // A signal that has fired fires no more.
  signal?.throwIfAborted();
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const timer = setTimeout(end, Math.min(Math.max(0, milliseconds), 2 ** 31 - 1));
  signal?.addEventListener("abort", end, { once: true });
  try {
    await Promise.race([change, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
  signal?.throwIfAborted();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
