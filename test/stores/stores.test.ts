// The contract of all stores against real servers, MariaDB and Redis; and what becomes of predictions while such a server is down. Debian has no
// MongoDB: its contract runs where CELLGRAD_TEST_MONGODB names a server, "mongodb://127.0.0.1:27017", whose databases cellgrad_test_… it makes.
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createConnection } from "mysql2/promise";
import { open } from "../../lib/monitor/index.js";
import { driverContract } from "../lib/monitor/driver-contract.js";
import { mariadbServer, redisServer, type TestServer } from "./servers.js";

interface Kind {
  readonly name: string;
  start(): Promise<TestServer>;
  /** Of an empty database on it. */
  address(port: number): Promise<string>;
}

let databases = 0;

const kinds: readonly Kind[] = [
  {
    name: "MariaDB",
    start: mariadbServer,
    async address(port) {
      const connection = await createConnection(`mysql://root@127.0.0.1:${port}/mysql`);
      const name = `cellgrad_${databases++}`;
      await connection.query(`CREATE DATABASE ${name}`);
      await connection.query("CREATE USER IF NOT EXISTS 'ml'@'%' IDENTIFIED BY 'p@ss'");
      await connection.query("GRANT ALL ON *.* TO 'ml'@'%'");
      await connection.end();
      return `mysql://ml:p%40ss@127.0.0.1:${port}/${name}`;
    },
  },
  {
    name: "Redis",
    start: redisServer,
    address: async (port) => `redis://127.0.0.1:${port}/${databases++ % 16}`,
  },
];

for (const kind of kinds)
  describe(`stores on ${kind.name}`, () => {
    let server: TestServer;
    before(async () => {
      databases = 0;
      server = await kind.start();
    });
    after(() => server?.remove());

    driverContract(kind.name, () => kind.address(server.port));

    it("waits for a server that is down, keeps what was acknowledged, and drops and counts what there is no room for", async () => {
      const address = await kind.address(server.port);
      await using store = await open(address, { queue: 300, timeout: "2s" });
      const append = (from: number, count: number) => {
        for (let i = from; i < from + count; i++) store.append({ id: `s${i}`, prediction: { label: "a" } });
      };
      append(0, 100);
      await store.flush();
      await server.kill();
      const started = performance.now();
      append(100, 1000);
      assert.ok(performance.now() - started < 500);
      await assert.rejects(
        store.flush({ within: "500ms" }),
        /^Error: 300 predictions were not written within 500 ms: /,
      );
      assert.deepEqual([store.counts.waiting, store.counts.dropped], [300, 700]);
      await assert.rejects(store.predictions());
      await server.start();
      for (let tries = 0; ; tries++) {
        try {
          await store.flush();
          break;
        } catch (error) {
          if (tries > 5) throw error;
          await sleep(100);
        }
      }
      const ids = (await store.predictions()).map(({ id }) => id);
      assert.deepEqual(new Set(ids), new Set(Array.from({ length: 400 }, (_, i) => `s${i}`)));
    });

    it("says what is wrong with an address, without its password", async () => {
      const wrong = (await kind.address(server.port)).replace(/\d+\/[^/]*$/, "1/a").replace("//127", "//me:secret@127");
      await assert.rejects(open(wrong), (error: Error) => !error.message.includes("secret"));
    });
  });

const mongodb = process.env.CELLGRAD_TEST_MONGODB;
if (mongodb !== undefined) {
  const run = Date.now();
  driverContract("MongoDB", async () => `${mongodb.replace(/\/$/, "")}/cellgrad_test_${run}_${databases++}`);
}

describe("stores on MongoDB", () => {
  it("say that no server is there", async () => {
    await assert.rejects(
      open("mongodb://me:secret@127.0.0.1:1/a?serverSelectionTimeoutMS=200"),
      (error: Error) => /127\.0\.0\.1:1/.test(error.message) && !error.message.includes("secret"),
    );
  });
});
