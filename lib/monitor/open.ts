// ml.monitor.open: the address of a database to a store. Which database an address means is said here.
import { checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import type { Driver } from "./driver.js";
import { milliseconds } from "./duration.js";
import { Store } from "./store.js";

export interface OpenOptions {
  /** The share of predictions that is kept, in [0, 1]; 1 by default. Their ids decide, so that several servers keep the same ones. */
  readonly sample?: number;
  /** The most predictions that wait to be written; 10,000 by default. What there is no room for is dropped and counted. */
  readonly queue?: number;
  /** The most bytes that they take, roughly; 64 MiB by default. */
  readonly maxMemory?: number;
  /** The most predictions that are written at once; 500 by default. */
  readonly batchSize?: number;
  /** How long a prediction waits for others to be written with it: "200ms" by default. */
  readonly batchDelay?: string | number;
  /** How long the database may take for a batch, or at close(): "10s" by default. It is tried again. */
  readonly timeout?: string | number;
  /** The clock, in milliseconds since 1970; Date.now by default. */
  readonly now?: () => number;
}

const schemes: Readonly<Record<string, (address: string) => Promise<Driver>>> = {
  async sqlite(address) {
    const { SqliteDriver } = await import("./sqlite-driver.js");
    const file = address.slice("sqlite:".length).replace(/^\/\/(?=\/|[^/])/, "");
    checkText("address", file, 'the path of a file after "sqlite:"');
    return new SqliteDriver(file);
  },
  mysql: async (address) => (await import("./mysql-driver.js")).MysqlDriver.open(address),
  redis: async (address) => (await import("./redis-driver.js")).RedisDriver.open(address),
  mongodb: async (address) => (await import("./mongodb-driver.js")).MongodbDriver.open(address),
};
const sameAs: Readonly<Record<string, string>> = { mariadb: "mysql", rediss: "redis", "mongodb+srv": "mongodb" };

/**
 * Opens a store of predictions, true labels and alarms; makes its tables where they are missing. As `ml.serve.start({ model, store })` it
 * logs what is predicted.
 * @param address "sqlite:monitor.db" (a file; "sqlite::memory:" for the time being), "mysql://user:password@host/database",
 *   "mongodb://host/database" or "redis://host/0"; the last three need the package mysql2, mongodb or ioredis
 * @returns the store; `close()` ends it
 * @throws when the address is none, the package is missing, or the database can't be reached
 */
export async function open(address: string, options: OpenOptions = {}): Promise<Store> {
  checkText("address", address, 'the address of a database, such as "sqlite:monitor.db"');
  checkOptions("options", options, ["sample", "queue", "maxMemory", "batchSize", "batchDelay", "timeout", "now"]);
  const { sample = 1, queue = 10_000, maxMemory = 2 ** 26, batchSize = 500, now = Date.now } = options;
  checkNumber("sample", sample, { least: 0, most: 1 });
  checkWhole("queue", queue, 1, 1_000_000);
  checkWhole("maxMemory", maxMemory, 2 ** 10, 2 ** 40);
  checkWhole("batchSize", batchSize, 1, 10_000);
  if (typeof now !== "function") throw invalid("now", "a function that gives milliseconds since 1970", now);
  const batchDelay = milliseconds("batchDelay", options.batchDelay ?? 200, 0);
  const timeout = milliseconds("timeout", options.timeout ?? 10_000);
  const [, scheme = ""] = /^([a-z0-9+]+):/.exec(address) ?? [];
  const driverOf = schemes[sameAs[scheme] ?? scheme];
  if (driverOf === undefined || !Object.hasOwn(schemes, sameAs[scheme] ?? scheme))
    throw invalid("address", "one that begins with sqlite:, mysql:, mongodb: or redis:", withoutPassword(address));
  const driver = await driverOf(address);
  try {
    // Tells at once whether there is a database, and whether it may be written to.
    await driver.forget(0);
  } catch (error) {
    await driver.close().catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid("address", "a database that can be written to", `${withoutPassword(address)} (${reason})`, error);
  }
  return new Store(withoutPassword(address), driver, { sample, queue, maxMemory, batchSize, batchDelay, timeout, now });
}

function withoutPassword(address: string): string {
  return address.replace(/\/\/[^@/]*@/, "//");
}
