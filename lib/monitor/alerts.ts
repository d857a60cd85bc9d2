// ml.monitor.alerts: watches a store by rules and tells when one is broken. Its states are in the store, so that a program that is started anew
// goes on, and of several programs one tells.
import { AsyncResource } from "node:async_hooks";
import { checkBoolean, checkOptions, invalid } from "../engine/invalid.js";
import { measure } from "./alert-metrics.js";
import { type AlertRule, type AlertRuleOptions, alertRules, ruleText } from "./alert-rules.js";
import { type AlertNotice, type AlertState, firstState, nextState } from "./alert-state.js";
import { type AlertEvent, alertTimeline, type TimelineOptions } from "./alert-timeline.js";
import { milliseconds } from "./duration.js";
import { featuresOf } from "./features.js";
import type { SampleColumns } from "./sample-columns.js";
import { Store } from "./store.js";
import { postWebhook, type WebhookOptions, webhookOptions } from "./webhook.js";

export interface AlertsOptions {
  /** What is watched. */
  readonly rules: readonly AlertRuleOptions[];
  /** Where alarms are told: a web address, or `{ url, secret }`, with which what is sent is signed. Nowhere by default. */
  readonly notify?: string | WebhookOptions;
  /** How often it is looked; "10s" by default. */
  readonly every?: string | number;
  /** For rules about drift: what is normal, `await store.features({ … })` or features by name. */
  readonly reference?: SampleColumns;
  /** Look only when check() is called; false by default. */
  readonly manual?: boolean;
}

/** One rule and how it stands. */
export interface AlertReading extends Pick<AlertState, "status" | "since" | "value"> {
  readonly name: string;
  /** Whether somebody is still to be told. */
  readonly untold: number;
}

/** Milliseconds before it is tried again to tell: twice as long each time. */
const [firstPause, longestPause] = [1000, 300_000];
/** A day of trying, roughly. */
const mostAttempts = 300;
/** Longer than an attempt to tell takes: so long it is left to the program that began. */
const claimed = 30_000;
/** Programs that change one state at once; more than there can be. */
const mostRetries = 50;
/** Timers that a notebook's cell starts end with it; those of alarms belong to no cell. */
const ofNoCell = new AsyncResource("cellgrad.Alerts");

/** Alarms that run; shows their states and what was. */
export class Alerts {
  readonly rules: readonly AlertRule[];
  /** Why the last look failed: the store, or who is told, can't be reached. Undefined once one does not. */
  error: Error | undefined;
  readonly #store: Store;
  readonly #notify: WebhookOptions | undefined;
  readonly #reference: SampleColumns | undefined;
  readonly #every: number;
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<readonly AlertReading[]> | undefined;
  #isClosed = false;

  constructor(store: Store, rules: readonly AlertRule[], options: AlertsOptions) {
    this.rules = rules;
    this.#store = store;
    this.#notify = options.notify === undefined ? undefined : webhookOptions(options.notify);
    this.#reference = options.reference;
    this.#every = milliseconds("every", options.every ?? 10_000, 10);
    store.onClose(() => this.close());
    if (options.manual !== true) this.#plan(0);
  }

  /**
   * Measures what the rules watch, by the store's clock, and tells what is to be told. Called again and again unless `manual`; a call while
   * another one runs gets that one's.
   * @throws when the store can't be asked
   */
  check(): Promise<readonly AlertReading[]> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** How the rules stand, as the store knows it. */
  async states(): Promise<readonly AlertReading[]> {
    return Promise.all(this.rules.map(async (rule) => readingOf(rule, (await this.#read(rule)).state)));
  }

  /** Every alarm that came and went, the oldest first; the newest 1,000. */
  async events(): Promise<readonly AlertEvent[]> {
    const rows = await this.#store.driver.events(0, Number.MAX_SAFE_INTEGER, 1000);
    return rows.map(({ text }) => JSON.parse(text) as AlertEvent);
  }

  /** The alarms of a window of time as a chart. */
  async timeline(options: TimelineOptions = {}): Promise<ReturnType<typeof alertTimeline>> {
    return alertTimeline(await this.events(), await this.states(), this.#store.now(), options);
  }

  /** Looks no more, after the look that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#checking?.catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    return (await this.timeline()).bundle();
  }

  #plan(delay: number): void {
    if (this.#isClosed) return;
    this.#timer = ofNoCell.runInAsyncScope(() => setTimeout(() => void this.#look(), delay));
  }

  async #look(): Promise<void> {
    const readings = await this.check().catch(() => []);
    // What could not be told is tried again sooner than the rules are looked at.
    const isUntold = readings.some(({ untold }) => untold > 0);
    this.#plan(isUntold ? Math.min(firstPause, this.#every) : this.#every);
  }

  async #check(): Promise<readonly AlertReading[]> {
    const readings: AlertReading[] = [];
    let failure: unknown;
    for (const rule of this.rules) {
      // One that can't be measured keeps no other from being looked at.
      try {
        const now = this.#store.now();
        const value = await measure(rule, this.#store.driver, now, this.#reference);
        await this.#change(rule, (state) => nextState(state, rule, value, now));
        failure = (await this.#tell(rule)) ?? failure;
        readings.push(readingOf(rule, (await this.#read(rule)).state));
      } catch (error) {
        failure = error;
      }
    }
    this.error = failure === undefined || failure instanceof Error ? failure : new Error(String(failure));
    if (readings.length === 0) throw this.error;
    return readings;
  }

  /** @returns why the oldest notice could not be told; undefined where nothing is left, or another program is at it */
  async #tell(rule: AlertRule): Promise<Error | undefined> {
    for (;;) {
      const now = this.#store.now();
      const notice = (await this.#read(rule)).state.notices[0];
      if (notice === undefined || notice.notBefore > now) return undefined;
      // Whoever writes first may tell.
      const mine = { ...notice, attempts: notice.attempts + 1, notBefore: now + claimed };
      if (!(await this.#replaceFirst(rule, notice, [mine]))) return undefined;
      await this.#note(rule, notice);
      try {
        if (this.#notify !== undefined) await postWebhook(this.#notify, notice.id, this.#message(rule, notice), now);
        await this.#replaceFirst(rule, mine, []);
      } catch (error) {
        const isLast = mine.attempts >= mostAttempts;
        const later = this.#store.now() + Math.min(longestPause, firstPause * 2 ** notice.attempts);
        await this.#replaceFirst(rule, mine, isLast ? [] : [{ ...mine, notBefore: later }]);
        return error instanceof Error ? error : new Error(String(error));
      }
    }
  }

  #message(rule: AlertRule, { id, status, time, value }: AlertNotice): object {
    const { name, metric, side, limit } = rule;
    const text = `${status}: ${ruleText(rule)} (${Number(value.toPrecision(4))})`;
    return { id, status, rule: { name, metric, [side]: limit }, value, time: new Date(time).toISOString(), text };
  }

  #note({ name }: AlertRule, { id, status, time, value }: AlertNotice): Promise<void> {
    const event: AlertEvent = { id, rule: name, status, time, value };
    return this.#store.driver.addEvent({ id, time, text: JSON.stringify(event) });
  }

  /** @returns whether it was still there as it was read */
  async #replaceFirst(rule: AlertRule, old: AlertNotice, by: readonly AlertNotice[]): Promise<boolean> {
    let isDone = false;
    await this.#change(rule, (state) => {
      const [first, ...others] = state.notices;
      isDone = first?.id === old.id && first.attempts === old.attempts && first.notBefore === old.notBefore;
      return isDone ? { ...state, notices: [...by, ...others] } : state;
    });
    return isDone;
  }

  async #read({ name }: AlertRule): Promise<{ state: AlertState; revision: number }> {
    const found = await this.#store.driver.state(name);
    if (found === undefined) return { state: firstState, revision: 0 };
    return { state: JSON.parse(found.text) as AlertState, revision: found.revision };
  }

  async #change(rule: AlertRule, next: (state: AlertState) => AlertState): Promise<void> {
    for (let tries = 0; tries < mostRetries; tries++) {
      const { state, revision } = await this.#read(rule);
      const changed = next(state);
      if (changed === state) return;
      if (await this.#store.driver.setState(rule.name, JSON.stringify(changed), revision)) return;
    }
    throw new Error(`the state of ${rule.name} is changed by others all the time`);
  }
}

function readingOf({ name }: AlertRule, { status, since, value, notices }: AlertState): AlertReading {
  return { name, status, since, value, untold: notices.length };
}

/**
 * Watches a store: each rule is measured again and again; one that is broken for long enough fires, tells once, and tells again when it is over.
 * States are in the store: a program that is started anew goes on where it was, and of several with the same rules one tells. What could not be
 * told is tried again, after 1 s, 2 s, 4 s, … at most 5 minutes, for about a day; a receiver may hear the same `id` twice.
 * @param store of `ml.monitor.open`; when it is closed, the alarms end
 * @returns the running alarms; `close()` ends them; shows what was, over time
 * @throws when a rule or an option is wrong
 */
export function alerts(store: Store, options: AlertsOptions): Alerts {
  if (!(store instanceof Store)) throw invalid("store", "one of ml.monitor.open", store);
  checkOptions("options", options, ["rules", "notify", "every", "reference", "manual"]);
  if (options.manual !== undefined) checkBoolean("manual", options.manual);
  const rules = alertRules(options.rules);
  if (options.reference !== undefined) featuresOf("reference", options.reference);
  else if (rules.some(({ metric }) => metric === "drift"))
    throw invalid("reference", "features by name, for a rule about drift", undefined);
  return new Alerts(store, rules, options);
}
