// How long training still takes, and how a duration is written. For the callbacks that tell the reader.
import type { StepLogs } from "../training/callback.js";

/** Seconds; validation counts once an epoch is over. @param epochSeconds how long whole epochs took so far */
export function timeLeft(logs: StepLogs, epochSeconds: readonly number[] = []): number {
  const perBatch = logs.images / logs.batch / logs.imagesPerSecond;
  const inEpoch = (logs.batches - logs.batch) * perBatch;
  const whole = epochSeconds.length
    ? epochSeconds.reduce((sum, seconds) => sum + seconds, 0) / epochSeconds.length
    : logs.batches * perBatch;
  return inEpoch + (logs.epochs - logs.epoch) * whole;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
