// Alarms: for-duration, hysteresis, one notice each, signed and told again until somebody listens, one of several programs tells, and a
// program that is started anew goes on. On a store in memory, with a clock that the test sets.
import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { alertRules } from "../../../lib/monitor/alert-rules.js";
import { type AlertState, firstState, nextState } from "../../../lib/monitor/alert-state.js";
import {
  type AlertRuleOptions,
  type Alerts,
  type AlertsOptions,
  alerts,
  open,
  type Store,
  verifySignature,
} from "../../../lib/monitor/index.js";

const [second, minute] = [1000, 60_000];

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Keeps what is posted to it; answers with the next of `statuses`, then with 204. */
class Receiver {
  readonly received: Received[] = [];
  readonly statuses: number[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      this.received.push({ headers: request.headers, body });
      response.writeHead(this.statuses.shift() ?? 204).end();
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  get told(): string[] {
    return this.received.map(({ body }) => (JSON.parse(body) as { status: string }).status);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The states that a rule goes through, one measurement a second. */
function follow(options: AlertRuleOptions, values: readonly (number | undefined)[]): string[] {
  const [rule] = alertRules([options]);
  if (rule === undefined) throw new Error("no rule");
  let state: AlertState = firstState;
  return values.map((value, i) => {
    state = nextState(state, rule, value, i * second);
    return state.status;
  });
}

describe("monitor: alarms", () => {
  let now: number;
  let store: Store;
  let receiver: Receiver;
  let url: string;
  const started: Alerts[] = [];
  beforeEach(async () => {
    now = 1_700_000_000_000;
    store = await open("sqlite::memory:", { now: () => now });
    receiver = new Receiver();
    url = await receiver.listen();
  });
  afterEach(async () => {
    for (const one of started.splice(0)) await one.close();
    await store.close();
    await receiver.close();
  });

  const watch = (options: Partial<AlertsOptions> = {}): Alerts => {
    const rules = [{ metric: "accuracy", below: 0.9, for: "5m", within: "1h", atLeast: 10 }] as const;
    const made = alerts(store, { rules, notify: url, manual: true, ...options });
    started.push(made);
    return made;
  };
  let next = 0;
  /** Predictions whose true labels come at once, so many of them right. */
  const labelled = async (right: number, wrong: number) => {
    const ids = Array.from({ length: right + wrong }, () => `p${next++}`);
    for (const id of ids)
      store.append({ id, prediction: { class: 1, label: "one", probabilities: [0.2, 0.8] }, milliseconds: 5 });
    await store.flush();
    await store.label(Object.fromEntries(ids.map((id, i) => [id, i < right ? 1 : "two"])));
  };
  const statusOf = async (of: Alerts) => (await of.check())[0]?.status;

  it("comes only when it was so for long enough, without a break", () => {
    const rule = { metric: "accuracy", below: 0.9, for: "2s" } as const;
    assert.deepEqual(follow(rule, [0.8, 0.8, 0.95, 0.8, 0.8, 0.8, 0.95]), [
      ...["pending", "pending", "ok", "pending", "pending", "firing", "ok"],
    ]);
    assert.deepEqual(follow({ ...rule, for: 0 }, [0.9, 0.89, 0.9]), ["ok", "firing", "ok"]);
  });

  it("ends where the rule says, and does not flicker before", () => {
    const below = { metric: "accuracy", below: 0.9, clears: 0.95 } as const;
    assert.deepEqual(follow(below, [0.8, 0.91, 0.94, 0.89, 0.95, 0.91]), [
      ...["firing", "firing", "firing", "firing", "ok", "ok"],
    ]);
    const above = { metric: "milliseconds", above: 100, clears: 50 } as const;
    assert.deepEqual(follow(above, [100, 101, 60, 50, 100]), ["ok", "firing", "firing", "ok", "ok"]);
  });

  it("goes on while nothing is known, but does not come then", () => {
    const rule = { metric: "accuracy", below: 0.9, for: "2s" } as const;
    assert.deepEqual(follow(rule, [0.8, undefined, 0.8, 0.8, 0.8, undefined, 0.95]), [
      ...["pending", "ok", "pending", "pending", "firing", "firing", "ok"],
    ]);
  });

  it("tells once that it came, and once that it went", async () => {
    const watched = watch({ notify: { url, secret: "shared" } });
    assert.equal(await statusOf(watched), "ok");
    await labelled(8, 12);
    assert.equal(await statusOf(watched), "pending");
    now += 4 * minute;
    assert.equal(await statusOf(watched), "pending");
    assert.deepEqual(receiver.told, []);
    now += minute;
    assert.equal(await statusOf(watched), "firing");
    for (let i = 0; i < 5; i++) await watched.check();
    assert.deepEqual(receiver.told, ["firing"]);
    now += 2 * 60 * minute;
    // An hour later there are no labels within the window.
    assert.equal(await statusOf(watched), "firing");
    await labelled(20, 0);
    assert.equal(await statusOf(watched), "ok");
    assert.deepEqual(receiver.told, ["firing", "resolved"]);
    const [first] = receiver.received;
    assert.deepEqual(JSON.parse(first?.body ?? ""), {
      id: `firing-${1_700_000_000_000 + 5 * minute}-accuracy below 0.9`,
      status: "firing",
      rule: { name: "accuracy below 0.9", metric: "accuracy", below: 0.9 },
      value: 0.4,
      time: "2023-11-14T22:18:20.000Z",
      text: "firing: accuracy below 0.9 for 5m (0.4)",
    });
    assert.deepEqual(
      (await watched.events()).map(({ status, time }) => [status, time - 1_700_000_000_000]),
      [
        ["firing", 5 * minute],
        ["resolved", 125 * minute],
      ],
    );
  });

  it("signs what it tells, so that nobody else can, nor tell it again later", async () => {
    const watched = watch({ rules: [{ metric: "predictions", below: 1 }], notify: { url, secret: "shared" } });
    await watched.check();
    const [{ headers, body } = { headers: {}, body: "" }] = receiver.received;
    const header = headers["x-cellgrad-signature"] as string;
    const by = (text: string | Uint8Array, sign: string | undefined, secret: string, at = now) =>
      verifySignature(text, sign, secret, { now: () => at });
    assert.equal(by(body, header, "shared"), true);
    assert.equal(by(Buffer.from(body), header, "shared"), true);
    assert.equal(by(body.replace("firing", "resolved"), header, "shared"), false);
    assert.equal(by(body, header, "other"), false);
    assert.equal(by(body, header.replace(/t=\d+/, `t=${Math.floor(now / 1000) + 1}`), "shared"), false);
    assert.equal(by(body, header, "shared", now + 6 * minute), false);
    assert.equal(by(body, header, "shared", now - 6 * minute), false);
    for (const wrong of [undefined, "", "t=1,v1=", "v1=00"]) assert.equal(by(body, wrong, "shared"), false);
    assert.throws(() => verifySignature(5 as never, header, "shared"), /invalid body/);
    assert.equal(verifySignature(body, header, "shared"), false, "signed in 2023");
  });

  it("tells again, ever later, until somebody listens", async () => {
    receiver.statuses.push(500, 302, 404);
    const watched = watch({ rules: [{ metric: "predictions", below: 1 }] });
    await watched.check();
    assert.match(watched.error?.message ?? "", /answered with 500$/);
    assert.equal((await watched.states())[0]?.untold, 1);
    const tries = () => receiver.received.length;
    for (const [pause, before] of [
      [1000, 1],
      [2000, 2],
      [4000, 3],
    ] as const) {
      now += pause - 1;
      await watched.check();
      assert.equal(tries(), before, `before ${pause} ms`);
      now += 1;
      await watched.check();
      assert.equal(tries(), before + 1, `after ${pause} ms`);
    }
    assert.equal(watched.error, undefined);
    assert.equal((await watched.states())[0]?.untold, 0);
    assert.equal(new Set(receiver.received.map(({ headers }) => headers["x-cellgrad-id"])).size, 1);
    now += 60 * minute;
    await watched.check();
    assert.equal(tries(), 4);
  });

  it("tells in order what came while nobody listened", async () => {
    await receiver.close();
    const watched = watch({ rules: [{ metric: "predictions", below: 1, within: "1m" }] });
    await watched.check();
    await labelled(1, 0);
    now += second;
    await watched.check();
    assert.equal((await watched.states())[0]?.untold, 2);
    assert.match(watched.error?.message ?? "", /fetch failed/);
    receiver = new Receiver();
    const other = await receiver.listen();
    const again = watch({ rules: [{ metric: "predictions", below: 1, within: "1m" }], notify: other });
    now += minute / 2;
    await again.check();
    assert.deepEqual(receiver.told, ["firing", "resolved"]);
  });

  it("is told by one of several programs, and goes on in one that is started anew", async () => {
    await labelled(5, 15);
    const many = Array.from({ length: 5 }, () => watch());
    await Promise.all(many.map((one) => one.check()));
    now += 5 * minute;
    await Promise.all(many.map((one) => one.check()));
    await Promise.all(many.map((one) => one.check()));
    assert.deepEqual(receiver.told, ["firing"]);
    for (const one of many) await one.close();
    const anew = watch();
    assert.equal(await statusOf(anew), "firing");
    assert.deepEqual(receiver.told, ["firing"]);
  });

  it("is told by another program where the first one died while it told", async () => {
    const rules = [{ metric: "predictions", below: 1 }] as const;
    const dying = watch({ rules });
    receiver.statuses.push(500);
    await dying.check();
    // As the first one left it: it had begun, and nothing was written since.
    const name = "predictions below 1";
    const { text, revision } = (await store.driver.state(name)) ?? { text: "", revision: 0 };
    const state = JSON.parse(text) as AlertState;
    const notices = state.notices.map((notice) => ({ ...notice, notBefore: now + 30_000 }));
    assert.ok(await store.driver.setState(name, JSON.stringify({ ...state, notices }), revision));
    const other = watch({ rules });
    await other.check();
    assert.equal(receiver.received.length, 1);
    now += 30_000;
    await other.check();
    assert.equal(receiver.received.length, 2);
  });

  it("measures each of its numbers", async () => {
    for (let i = 0; i < 40; i++)
      store.append({
        id: `m${i}`,
        time: now - i * second,
        version: i % 2 ? "v1" : "v2",
        prediction: { class: i % 2, label: i % 2 ? "odd" : "even", probabilities: i % 2 ? [0.3, 0.7] : [0.9, 0.1] },
        features: { x: i % 7, kind: "a" },
        milliseconds: i,
      });
    await store.flush();
    // Of the odd ones all are right, of the even ones half.
    await store.label(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}`, i % 4 === 0 ? "odd" : i % 2])));
    const metrics = [
      "accuracy",
      "precision",
      "recall",
      "f1Score",
      "confidence",
      "milliseconds",
      "predictions",
    ] as const;
    const reference = { x: Array.from({ length: 100 }, (_, i) => i % 7), other: [...Array(100).keys()] };
    const watched = watch({
      reference,
      rules: [
        ...metrics.map((metric) => ({ metric, below: -1 })),
        { metric: "drift", above: 1, atLeast: 40 },
        { metric: "confidence", below: 0, version: "v1", name: "of one version" },
        { metric: "predictions", below: 0, within: "10s", name: "of ten seconds" },
        { metric: "accuracy", below: 0, atLeast: 41, name: "of too few" },
      ],
    });
    const values = Object.fromEntries(
      (await watched.check()).map(({ name, value }) => [name.replace(" below -1", ""), value]),
    );
    const near = (name: string, expected: number) =>
      assert.ok(Math.abs((values[name] ?? Number.NaN) - expected) < 1e-12, `${name}: ${values[name]}, not ${expected}`);
    near("accuracy", 0.75);
    // Predicted even 20, of which 10 are; predicted odd 20, all are; odd in truth 30.
    near("precision", 0.75);
    near("recall", (1 + 2 / 3) / 2);
    near("f1Score", (2 / 3 + 0.8) / 2);
    near("confidence", 0.8);
    near("milliseconds", 37.05);
    near("predictions", 40);
    near("of one version", 0.7);
    near("of ten seconds", 11);
    assert.equal(values["of too few"], null);
    const drift = values["drift above 1"] ?? Number.NaN;
    assert.ok(drift >= 0 && drift < 1, `${drift}`);
    const shifted = watch({
      reference: { x: reference.x.map((x) => x + 3) },
      rules: [{ metric: "drift", above: 1, atLeast: 40 }],
    });
    assert.equal(await statusOf(shifted), "firing");
  });

  it("looks by itself, goes on when it can't, and ends with its store", async () => {
    const watched = watch({ rules: [{ metric: "predictions", below: 1 }], manual: false, every: "20ms" });
    while (receiver.received.length === 0) await sleep(5);
    const { driver } = store;
    const predictions = driver.predictions;
    driver.predictions = () => Promise.reject(new Error("gone"));
    while (watched.error === undefined) await sleep(5);
    assert.equal(watched.error.message, "gone");
    driver.predictions = predictions;
    while (watched.error !== undefined) await sleep(5);
    await labelled(1, 0);
    while (receiver.received.length === 1) await sleep(5);
    assert.deepEqual(receiver.told, ["firing", "resolved"]);
    await store.close();
    await assert.rejects(watched.check());
  });

  it("shows what was, over time", async () => {
    const watched = watch({ rules: [{ metric: "predictions", below: 1, within: "1m" }] });
    await watched.check();
    now += 10 * minute;
    await labelled(2, 0);
    await watched.check();
    now += 30 * minute;
    await watched.check();
    now += 5 * minute;
    const chart = await watched.timeline();
    assert.deepEqual(
      chart.data.map(({ from, to, isOver }) => [(from - now) / minute, (to - now) / minute, isOver]),
      [
        [-45, -35, true],
        [-5, 0, false],
      ],
    );
    assert.match(chart.text, /^Alarms: 1 of 1 rule fires now; the last 1d\n/);
    assert.match(chart.text, /predictions below 1 +firing +2023-11-14 22:53:20 +0 +2 +0$/);
    assert.match(await chart.toSVG(), /predictions below 1/);
    // Of days, the days are said: noons between them would hide every other label.
    const ofDays = await (await watched.timeline({ within: "5.5d" })).toSVG();
    assert.match(ofDays, />[A-Z][a-z]{2} \d\d</);
    assert.doesNotMatch(ofDays, />12 PM</);
    const show = (watched as unknown as Record<symbol, () => Promise<Record<string, unknown>>>)[
      Symbol.for("Jupyter.display")
    ];
    const bundle = (await show?.call(watched)) ?? {};
    assert.deepEqual(Object.keys(bundle), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    assert.equal((await watched.timeline({ within: "20m" })).data.length, 1);
  });

  it("says what is wrong with rules", () => {
    const bad: [unknown, RegExp][] = [
      [{ rules: [] }, /invalid rules; expected a list of 1 to 100 rules/],
      [{ rules: [{ metric: "acuracy", below: 1 }] }, /invalid rules\[0\]\.metric; expected one of "accuracy"/],
      [{ rules: [{ metric: "accuracy" }] }, /invalid rules\[0\]; expected either below or above: "neither"/],
      [{ rules: [{ metric: "accuracy", below: 1, above: 0 }] }, /either below or above: "both"/],
      [
        { rules: [{ metric: "accuracy", below: 0.9, clears: 0.8 }] },
        /invalid rules\[0\]\.clears; expected a finite number, at least 0\.9/,
      ],
      [
        { rules: [{ metric: "accuracy", below: 0.9, for: "5 minutes" }] },
        /invalid rules\[0\]\.for; expected a length of time/,
      ],
      [
        { rules: [1, 2].map(() => ({ metric: "accuracy", below: 0.9 })) },
        /invalid rules\[1\]\.name; expected a name that no other/,
      ],
      [{ rules: [{ metric: "drift", above: 1 }] }, /invalid reference/],
      [
        { rules: [{ metric: "accuracy", below: 0.9 }], notify: "ftp://a" },
        /invalid notify; expected an http: or https: address/,
      ],
      [{ rules: [{ metric: "accuracy", below: 0.9 }], notify: { url: "http://a", key: "b" } }, /invalid notify/],
    ];
    for (const [options, message] of bad) assert.throws(() => alerts(store, options as AlertsOptions), message);
    assert.throws(() => alerts({} as Store, { rules: [] }), /invalid store; expected one of ml\.monitor\.open/);
  });
});
