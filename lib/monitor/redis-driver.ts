// Redis as a store, through the package ioredis. What was acknowledged is as durable as Redis is told to be (appendfsync). Made by open.ts.
import type { Redis } from "ioredis";
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

/** Each kind is a hash of texts by id, and a sorted set of ids by time. */
const key = (kind: "prediction" | "label" | "event" | "state", part: "text" | "time" = "text") =>
  `cellgrad:${kind}:${part}`;

/** Adds what is not there yet: KEYS the hash and the set; ARGV id, time, text, again and again. */
const addNew = `
for i = 1, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 2]) == 1 then redis.call('ZADD', KEYS[2], ARGV[i + 1], ARGV[i]) end
end`;

/** Writes a state if its revision is that which was read: KEYS the hash; ARGV name, text, revision. The text follows "revision:". */
const setNext = `
local old = redis.call('HGET', KEYS[1], ARGV[1])
local revision = old and string.match(old, '^%d+') or '0'
if revision ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:%s', tonumber(revision) + 1, ARGV[2]))
return 1`;

/** Removes what is older: KEYS the hash and the set; ARGV the time, the most at once. Says how many. */
const removeOld = `
local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
if #old > 0 then redis.call('HDEL', KEYS[1], unpack(old)) redis.call('ZREM', KEYS[2], unpack(old)) end
return #old`;

/** So many ids at once, so that no command keeps Redis from others for long. */
const page = 1000;

export class RedisDriver implements Driver {
  readonly #redis: Redis;

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  static async open(address: string): Promise<RedisDriver> {
    const { Redis: Client } = await storePackage<typeof import("ioredis")>("ioredis");
    // Commands fail while there is no connection, instead of a queue of theirs beside ours.
    const redis = new Client(address, { lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    // Each command says so, too.
    redis.on("error", () => {});
    await redis.connect().catch((error: unknown) => {
      redis.disconnect();
      throw error;
    });
    return new RedisDriver(redis);
  }

  async addPredictions(rows: readonly StoredPrediction[]): Promise<void> {
    await this.#add(
      "prediction",
      rows.map((row) => [row.id, row.time, JSON.stringify([row.model, row.version, bodyOf(row)])]),
    );
  }

  async addLabels(rows: readonly StoredLabel[]): Promise<void> {
    const changes = this.#redis.multi();
    for (const { id, label, time } of rows)
      changes.hset(key("label"), id, JSON.stringify(label)).zadd(key("label", "time"), time, id);
    const done = await changes.exec();
    const failed = done?.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
  }

  async predictions({ from, to, by, model, version, limit }: PredictionQuery): Promise<StoredPrediction[]> {
    const found: StoredPrediction[] = [];
    const kind = by === "time" ? "prediction" : "label";
    for (let at = 0; found.length < limit; at += page) {
      const ids = await this.#newest(kind, from, to, at, page);
      const rows = await this.#rows(ids);
      found.push(
        ...rows
          .filter((row) => (model ?? row.model) === row.model && (version ?? row.version) === row.version)
          .map(predictionOf),
      );
      if (ids.length < page) break;
    }
    return found.slice(0, limit).reverse();
  }

  async state(name: string): Promise<StoredState | undefined> {
    const found = await this.#redis.hget(key("state"), name);
    const [, revision, text = ""] = /^(\d+):(.*)$/s.exec(found ?? "") ?? [];
    return revision === undefined ? undefined : { text, revision: Number(revision) };
  }

  async setState(name: string, text: string, revision: number): Promise<boolean> {
    return (await this.#redis.eval(setNext, 1, key("state"), name, text, revision)) === 1;
  }

  async addEvent({ id, time, text }: StoredEvent): Promise<void> {
    await this.#add("event", [[id, time, text]]);
  }

  async events(from: number, to: number, limit: number): Promise<StoredEvent[]> {
    const ids = await this.#newest("event", from, to, 0, limit);
    const [texts, times] = await Promise.all([this.#texts("event", ids), this.#times("event", ids)]);
    return ids
      .flatMap((id, i) => {
        const [text, time] = [texts[i], times[i]];
        return typeof text === "string" && typeof time === "number" ? [{ id, time, text }] : [];
      })
      .reverse();
  }

  async forget(before: number): Promise<void> {
    for (const kind of ["prediction", "label", "event"] as const) {
      const keys = [key(kind), key(kind, "time")] as const;
      while (Number(await this.#redis.eval(removeOld, 2, ...keys, before, page)) === page);
    }
  }

  async close(): Promise<void> {
    if (this.#redis.status === "ready") await this.#redis.quit();
    else this.#redis.disconnect();
  }

  async #add(kind: "prediction" | "event", rows: readonly (readonly [string, number, string])[]): Promise<void> {
    await this.#redis.eval(addNew, 2, key(kind), key(kind, "time"), ...rows.flat());
  }

  #newest(kind: "prediction" | "label" | "event", from: number, to: number, at: number, count: number) {
    return this.#redis.zrevrangebyscore(key(kind, "time"), `(${to}`, from, "LIMIT", at, count);
  }

  async #rows(ids: readonly string[]): Promise<PredictionRow[]> {
    const [bodies, times, labels, labelTimes] = await Promise.all([
      this.#texts("prediction", ids),
      this.#times("prediction", ids),
      this.#texts("label", ids),
      this.#times("label", ids),
    ]);
    return ids.flatMap((id, i) => {
      const [text, time] = [bodies[i], times[i]];
      // A label whose prediction is not there.
      if (typeof text !== "string" || typeof time !== "number") return [];
      const [model, version, body] = JSON.parse(text) as [string, string, string];
      return [{ id, time, model, version, body, label: labels[i] ?? null, labelTime: labelTimes[i] ?? null }];
    });
  }

  async #texts(kind: "prediction" | "label" | "event", ids: readonly string[]): Promise<(string | null)[]> {
    return ids.length === 0 ? [] : this.#redis.hmget(key(kind), ...ids);
  }

  async #times(kind: "prediction" | "label" | "event", ids: readonly string[]): Promise<(number | null)[]> {
    if (ids.length === 0) return [];
    const times = await this.#redis.zmscore(key(kind, "time"), ...ids);
    return times.map((time) => (time === null ? null : Number(time)));
  }
}
