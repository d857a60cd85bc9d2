// MongoDB as a store, through the package mongodb. Made by open.ts. The contract of all drivers runs on it where CELLGRAD_TEST_MONGODB names a
// server: test/stores/.
import type { Collection, Db, MongoClient } from "mongodb";
import {
  bodyOf,
  type Driver,
  type PredictionQuery,
  type PredictionRow,
  predictionOf,
  type StoredEvent,
  type StoredLabel,
  type StoredState,
} from "./driver.js";
import type { StoredPrediction } from "./prediction.js";
import { storePackage } from "./store-package.js";

/** Features have names of all kinds, some of which are no names of fields: so they are text, as elsewhere. */
type PredictionDocument = Omit<PredictionRow, "id" | "label" | "labelTime"> & { readonly _id: string };
interface LabelDocument {
  readonly _id: string;
  readonly time: number;
  readonly label: string;
}
type StateDocument = StoredState & { readonly _id: string };
type EventDocument = Omit<StoredEvent, "id"> & { readonly _id: string };
type Joined = PredictionDocument & { readonly said?: readonly LabelDocument[] };

/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const duplicateKey = 11000;

export class MongodbDriver implements Driver {
  readonly #client: MongoClient;
  readonly #predictions: Collection<PredictionDocument>;
  readonly #labels: Collection<LabelDocument>;
  readonly #states: Collection<StateDocument>;
  readonly #events: Collection<EventDocument>;

  private constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.#predictions = database.collection("cellgrad_predictions");
    this.#labels = database.collection("cellgrad_labels");
    this.#states = database.collection("cellgrad_states");
    this.#events = database.collection("cellgrad_events");
  }

  static async open(address: string): Promise<MongodbDriver> {
    const { MongoClient: Client } = await storePackage<typeof import("mongodb")>("mongodb");
    const client = new Client(address, {
      serverSelectionTimeoutMS: 10_000,
      // An answer means that it is on the disk of most members.
      writeConcern: { w: "majority", journal: true },
    });
    try {
      await client.connect();
      const driver = new MongodbDriver(client, client.db());
      await driver.#predictions.createIndex({ time: 1 });
      await driver.#labels.createIndex({ time: 1 });
      await driver.#events.createIndex({ time: 1 });
      return driver;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async addPredictions(rows: readonly StoredPrediction[]): Promise<void> {
    const documents = rows.map((row) => {
      const { id, time, model, version } = row;
      return { _id: id, time, model, version, body: bodyOf(row) };
    });
    await isNew(() => this.#predictions.insertMany(documents, { ordered: false }));
  }

  async addLabels(rows: readonly StoredLabel[]): Promise<void> {
    await this.#labels.bulkWrite(
      rows.map(({ id, label, time }) => ({
        updateOne: { filter: { _id: id }, update: { $set: { label: JSON.stringify(label), time } }, upsert: true },
      })),
    );
  }

  async predictions(query: PredictionQuery): Promise<StoredPrediction[]> {
    const rows = query.by === "time" ? await this.#byTime(query) : await this.#byLabelTime(query);
    return rows
      .map(({ _id, said: [word] = [], ...row }) =>
        predictionOf({ ...row, id: _id, label: word?.label ?? null, labelTime: word?.time ?? null }),
      )
      .reverse();
  }

  async state(name: string): Promise<StoredState | undefined> {
    const found = await this.#states.findOne({ _id: name });
    return found === null ? undefined : { text: found.text, revision: found.revision };
  }

  async setState(name: string, text: string, revision: number): Promise<boolean> {
    if (revision === 0) return isNew(() => this.#states.insertOne({ _id: name, text, revision: 1 }));
    const done = await this.#states.updateOne({ _id: name, revision }, { $set: { text }, $inc: { revision: 1 } });
    return done.modifiedCount === 1;
  }

  async addEvent({ id, ...event }: StoredEvent): Promise<void> {
    await isNew(() => this.#events.insertOne({ _id: id, ...event }));
  }

  async events(from: number, to: number, limit: number): Promise<StoredEvent[]> {
    const rows = await this.#events
      .find({ time: { $gte: from, $lt: to } })
      .sort({ time: -1, _id: -1 })
      .limit(limit)
      .toArray();
    return rows.map(({ _id, time, text }) => ({ id: _id, time, text })).reverse();
  }

  async forget(before: number): Promise<void> {
    const old = { time: { $lt: before } };
    await this.#predictions.deleteMany(old);
    await this.#labels.deleteMany(old);
    await this.#events.deleteMany(old);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #byTime({ from, to, model, version, limit }: PredictionQuery): Promise<Joined[]> {
    const stages = [
      { $match: { ...given({ model, version }), time: { $gte: from, $lt: to } } },
      { $sort: { time: -1, _id: -1 } },
      { $limit: limit },
      { $lookup: { from: "cellgrad_labels", localField: "_id", foreignField: "_id", as: "said" } },
    ];
    return this.#predictions.aggregate<Joined>(stages).toArray();
  }

  #byLabelTime({ from, to, model, version, limit }: PredictionQuery): Promise<Joined[]> {
    const stages = [
      { $match: { time: { $gte: from, $lt: to } } },
      { $sort: { time: -1, _id: -1 } },
      { $lookup: { from: "cellgrad_predictions", localField: "_id", foreignField: "_id", as: "row" } },
      { $unwind: "$row" },
      { $match: given({ "row.model": model, "row.version": version }) },
      { $limit: limit },
      { $replaceRoot: { newRoot: { $mergeObjects: ["$row", { said: [{ label: "$label", time: "$time" }] }] } } },
    ];
    return this.#labels.aggregate<Joined>(stages).toArray();
  }
}

function given(fields: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Whether all of it was written; what is there already is no error. */
async function isNew(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    const { code, writeErrors } = error as { code?: unknown; writeErrors?: { code?: unknown } | { code?: unknown }[] };
    const all = writeErrors === undefined ? [{ code }] : [writeErrors].flat();
    if (all.length > 0 && all.every((one) => one.code === duplicateKey)) return false;
    throw error;
  }
}
