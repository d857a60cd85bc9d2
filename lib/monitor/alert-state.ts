// The state of one alarm and what a new measurement makes of it: pure, so that for-duration and hysteresis can be tested alone. Kept in the
// store as JSON by alerts.ts.
import type { AlertRule } from "./alert-rules.js";

/** "pending": beyond the limit, but not for long enough yet. */
export type AlertStatus = "ok" | "pending" | "firing";

/** What somebody must be told. */
export interface AlertNotice {
  readonly id: string;
  readonly status: "firing" | "resolved";
  readonly time: number;
  readonly value: number;
  /** How often it was tried to tell. */
  readonly attempts: number;
  /** Not to be tried before; nor while another program does. */
  readonly notBefore: number;
}

export interface AlertState {
  readonly status: AlertStatus;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** The last measurement, and when it was; null where too little was there to tell. */
  readonly value: number | null;
  readonly checked: number;
  /** What is still to be told, the oldest first. */
  readonly notices: readonly AlertNotice[];
}

export const firstState: AlertState = { status: "ok", since: 0, value: null, checked: 0, notices: [] };

/** @param value undefined where too little is there to tell: an alarm that fires goes on, one that is pending is none */
export function nextState(state: AlertState, rule: AlertRule, value: number | undefined, now: number): AlertState {
  // A clock that was set back does not keep an alarm from coming.
  const since = Math.min(state.since, now);
  const next = { ...state, since, value: value ?? null, checked: now };
  const ok = (): AlertState => ({ ...next, status: "ok", since: state.status === "ok" ? since : now });
  if (state.status === "firing") {
    if (value === undefined || !isClear(rule, value)) return next;
    return told({ ...next, status: "ok", since: now }, rule, "resolved", value, now);
  }
  if (value === undefined || !isBeyond(rule, value)) return ok();
  const pendingSince = state.status === "pending" ? since : now;
  if (now - pendingSince < rule.for) return { ...next, status: "pending", since: pendingSince };
  return told({ ...next, status: "firing", since: now }, rule, "firing", value, now);
}

function isBeyond({ side, limit }: AlertRule, value: number): boolean {
  return side === "below" ? value < limit : value > limit;
}

function isClear({ side, clears }: AlertRule, value: number): boolean {
  return side === "below" ? value >= clears : value <= clears;
}

function told(
  state: AlertState,
  { name }: AlertRule,
  status: AlertNotice["status"],
  value: number,
  now: number,
): AlertState {
  const notice = { id: noticeId(name, status, now), status, time: now, value, attempts: 0, notBefore: now };
  return { ...state, notices: [...state.notices, notice] };
}

/** At most as long as a store's keys may be. */
function noticeId(name: string, status: string, now: number): string {
  return `${status}-${Math.round(now)}-${name}`.slice(0, 150).replace(/[ \p{Cs}]+$/u, "");
}
