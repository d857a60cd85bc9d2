// MongoDB as a store, through the package mongodb. Made by open.ts.
import type { Collection, Db, MongoClient } from "mongodb";
import type { Driver, PredictionQuery, StoredEvent, StoredLabel, StoredState } from "./driver.js";
import { optionalPackage } from "./optional-package.js";
import type { StoredPrediction, TrueLabel } from "./prediction.js";

type Document<Row extends { readonly id: string }> = Omit<Row, "id"> & { readonly _id: string };
type State = StoredState & { readonly _id: string };
type Joined = Document<StoredPrediction> & { readonly said?: readonly { label: TrueLabel; time: number }[] };

const duplicateKey = 11000;

export class MongodbDriver implements Driver {
  readonly #client: MongoClient;
  readonly #predictions: Collection<Document<StoredPrediction>>;
  readonly #labels: Collection<Document<StoredLabel>>;
  readonly #states: Collection<State>;
  readonly #events: Collection<Document<StoredEvent>>;

  private constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.#predictions = database.collection("cellgrad_predictions");
    this.#labels = database.collection("cellgrad_labels");
    this.#states = database.collection("cellgrad_states");
    this.#events = database.collection("cellgrad_events");
  }

  static async open(address: string): Promise<MongodbDriver> {
    const { MongoClient: Client } = await optionalPackage<typeof import("mongodb")>("mongodb");
    const client = new Client(address, {
      serverSelectionTimeoutMS: 10_000,
      // An answer means that it is on the disk of most members.
      writeConcern: { w: "majority", journal: true },
      ignoreUndefined: true,
    });
    try {
      await client.connect();
      const driver = new MongodbDriver(client, client.db());
      await Promise.all([
        driver.#predictions.createIndex({ time: 1 }),
        driver.#labels.createIndex({ time: 1 }),
        driver.#events.createIndex({ time: 1 }),
      ]);
      return driver;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async addPredictions(rows: readonly StoredPrediction[]): Promise<void> {
    await withoutDuplicates(() =>
      this.#predictions.insertMany(
        rows.map(({ id, ...row }) => ({ _id: id, ...row })),
        { ordered: false },
      ),
    );
  }

  async addLabels(rows: readonly StoredLabel[]): Promise<void> {
    await this.#labels.bulkWrite(
      rows.map(({ id, label, time }) => ({
        updateOne: { filter: { _id: id }, update: { $set: { label, time } }, upsert: true },
      })),
    );
  }

  async predictions({ from, to, by, model, version, limit }: PredictionQuery): Promise<StoredPrediction[]> {
    const named = Object.fromEntries(Object.entries({ model, version }).filter(([, value]) => value !== undefined));
    const label = { from: "cellgrad_labels", localField: "_id", foreignField: "_id", as: "said" };
    const between = { $gte: from, $lt: to };
    const newest = (time: string) => [{ $sort: { [time]: -1, _id: -1 } }, { $limit: limit }];
    const stages =
      by === "time"
        ? [{ $match: { ...named, time: between } }, ...newest("time"), { $lookup: label }]
        : [{ $match: named }, { $lookup: label }, { $match: { "said.time": between } }, ...newest("said.time")];
    const rows = await this.#predictions.aggregate<Joined>(stages).toArray();
    return rows
      .map(({ _id, said: [word] = [], ...row }) => ({
        ...{ id: _id, ...row },
        ...(word === undefined ? {} : { trueLabel: word.label, labelTime: word.time }),
      }))
      .reverse();
  }

  async state(name: string): Promise<StoredState | undefined> {
    const found = await this.#states.findOne({ _id: name });
    return found === null ? undefined : { text: found.text, revision: found.revision };
  }

  async setState(name: string, text: string, revision: number): Promise<boolean> {
    if (revision === 0) return withoutDuplicates(() => this.#states.insertOne({ _id: name, text, revision: 1 }));
    const done = await this.#states.updateOne({ _id: name, revision }, { $set: { text }, $inc: { revision: 1 } });
    return done.modifiedCount === 1;
  }

  async addEvent({ id, ...event }: StoredEvent): Promise<void> {
    await withoutDuplicates(() => this.#events.insertOne({ _id: id, ...event }));
  }

  async events(from: number, to: number, limit: number): Promise<StoredEvent[]> {
    const rows = await this.#events
      .find({ time: { $gte: from, $lt: to } })
      .sort({ time: -1, _id: -1 })
      .limit(limit)
      .toArray();
    return rows.map(({ _id, ...event }) => ({ id: _id, ...event })).reverse();
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
}

/** Whether it was written; false where it is there already. */
async function withoutDuplicates(write: () => Promise<unknown>): Promise<boolean> {
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
