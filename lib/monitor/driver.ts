// What a database must do to be a store, the same for SQLite, MySQL, MongoDB and Redis. store.ts and alerts.ts ask it; each
// database has one file that answers. test/lib/monitor/driver-contract.ts says the same as tests.
import type { StoredPrediction, TrueLabel } from "./prediction.js";

/** Which predictions; of more than `limit` the newest. */
export interface PredictionQuery {
  /** Milliseconds since 1970: from here on, and before there. */
  readonly from: number;
  readonly to: number;
  /** By when they were made, or by when their true label came; then those without one are left out. */
  readonly by: "time" | "labelTime";
  readonly model: string | undefined;
  readonly version: string | undefined;
  readonly limit: number;
}

export interface StoredLabel {
  readonly id: string;
  readonly label: TrueLabel;
  readonly time: number;
}

/** A text under a name. Whoever writes says which revision it read: 0 for none. */
export interface StoredState {
  readonly text: string;
  readonly revision: number;
}

export interface StoredEvent {
  readonly id: string;
  readonly time: number;
  readonly text: string;
}

/** Every promise resolves once what was asked for is as durable as the database makes it. */
export interface Driver {
  /** One whose id is there already changes nothing, so that a batch that failed, perhaps in part, may be written again. */
  addPredictions(rows: readonly StoredPrediction[]): Promise<void>;
  /** The last label of an id holds. It may come before its prediction. */
  addLabels(rows: readonly StoredLabel[]): Promise<void>;
  /** In the order of their time, with their labels. */
  predictions(query: PredictionQuery): Promise<StoredPrediction[]>;
  state(name: string): Promise<StoredState | undefined>;
  /** Writes only if nobody else has since; says whether it did. Then the revision is one more. */
  setState(name: string, text: string, revision: number): Promise<boolean>;
  /** One whose id is there already changes nothing. */
  addEvent(event: StoredEvent): Promise<void>;
  /** In the order of their time; of more than `limit` the newest. */
  events(from: number, to: number, limit: number): Promise<StoredEvent[]>;
  /** Removes predictions and events of before that time, and labels that came before it. */
  forget(before: number): Promise<void>;
  close(): Promise<void>;
}

/** What of a prediction has no column of its own, as JSON. */
export function bodyOf({ id, time, model, version, ...body }: StoredPrediction): string {
  return JSON.stringify(body);
}

/** A row as databases with columns give it back. */
export interface PredictionRow {
  readonly id: string;
  readonly time: number;
  readonly model: string;
  readonly version: string;
  readonly body: string;
  readonly label: string | null;
  readonly labelTime: number | null;
}

export function predictionOf({ id, time, model, version, body, label, labelTime }: PredictionRow): StoredPrediction {
  return {
    ...{ id, time, model, version },
    ...(JSON.parse(body) as Pick<StoredPrediction, "features">),
    ...(label === null || labelTime === null ? {} : { trueLabel: JSON.parse(label) as TrueLabel, labelTime }),
  };
}
