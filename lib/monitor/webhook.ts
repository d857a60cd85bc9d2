// Tells a web address of an alarm, signed, so that the receiver can tell who it was. Used by alerts.ts; receivers check with verifySignature.
import { createHmac, timingSafeEqual } from "node:crypto";
import { checkNumber, checkOptions, checkText, invalid } from "../engine/invalid.js";

export interface WebhookOptions {
  /** Where to POST, http: or https:. */
  readonly url: string;
  /** Signs what is sent; unsigned without one. */
  readonly secret?: string;
}

/** The header with the signature. */
export const signatureHeader = "x-cellgrad-signature";

/** Milliseconds for an answer. */
const longestAnswer = 10_000;

/** @throws unless it is an address to POST to */
export function webhookOptions(given: string | WebhookOptions): WebhookOptions {
  const options = typeof given === "string" ? { url: given } : given;
  checkOptions("notify", options, ["url", "secret"]);
  checkText("notify", options.url, "an http: or https: address");
  if (!URL.canParse(options.url) || !/^https?:$/.test(new URL(options.url).protocol))
    throw invalid("notify", "an http: or https: address", options.url);
  if (options.secret !== undefined) checkText("notify.secret", options.secret, "a text");
  return options;
}

/** @throws when the other side does not answer with 2xx in time */
export async function postWebhook(
  { url, secret }: WebhookOptions,
  id: string,
  message: object,
  now: number,
): Promise<void> {
  const body = JSON.stringify(message);
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "cellgrad",
      // The same each time it is tried, so that the receiver can tell.
      "x-cellgrad-id": encodeURIComponent(id),
      ...(secret === undefined ? {} : { [signatureHeader]: signature(body, secret, Math.floor(now / 1000)) }),
    },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(longestAnswer),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answered with ${response.status}`);
}

function signature(body: string, secret: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

export interface VerifyOptions {
  /** Seconds that the signature may be old, or early; 300 by default. */
  readonly tolerance?: number;
  /** The clock, in milliseconds since 1970; Date.now by default. */
  readonly now?: () => number;
}

/**
 * Whether the message of an alarm is from someone who knows the secret, and new: HMAC-SHA256 of "seconds.body", in the header
 * `x-cellgrad-signature` as `t=seconds,v1=hexadecimal`.
 * @param body as it came, to the last byte
 * @param header what the header says
 * @throws when an argument is of the wrong kind; a wrong signature is false
 */
export function verifySignature(
  body: string | Uint8Array,
  header: string | undefined,
  secret: string,
  options: VerifyOptions = {},
): boolean {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw invalid("body", "a text or its bytes", body);
  if (header !== undefined && typeof header !== "string") throw invalid("header", "a text", header);
  checkText("secret", secret, "a text");
  checkOptions("options", options, ["tolerance", "now"]);
  const { tolerance = 300, now = Date.now } = options;
  checkNumber("tolerance", tolerance, { least: 0 });
  if (typeof now !== "function") throw invalid("now", "a function that gives milliseconds since 1970", now);
  const seconds = Number(/^t=(\d{1,15}),v1=[0-9a-f]{64}$/.exec(header ?? "")?.[1] ?? Number.NaN);
  // Not a number is not near either.
  if (!(Math.abs(now() / 1000 - seconds) <= tolerance)) return false;
  const expected = signature(typeof body === "string" ? body : Buffer.from(body).toString("utf8"), secret, seconds);
  return timingSafeEqual(Buffer.from(expected), Buffer.from(header ?? ""));
}
