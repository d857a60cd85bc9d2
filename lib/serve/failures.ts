// Every error that ends a request, as a status and a body { error, expected }: our own, those of the framework, and those of Node's HTTP
// parser, which knows no request yet. Called by http-app.ts.
import type { Socket } from "node:net";
import { show } from "../engine/invalid.js";
import type { Failure } from "./messages.js";
import { Overload, RequestFailure } from "./request-failure.js";

export interface DescribedFailure {
  readonly status: number;
  readonly body: Failure;
  /** Of a 503. */
  readonly reason?: string;
}

interface FrameworkError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
  readonly validation?: readonly {
    readonly keyword: string;
    readonly instancePath: string;
    readonly message?: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly data?: unknown;
    readonly parentSchema?: { readonly description?: string };
  }[];
}

/** Fastify's codes (https://fastify.dev/docs/latest/Reference/Errors/) as names and rules. */
const rules: Readonly<Record<string, readonly [name: string, rule: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["content-type", "multipart/form-data, application/json or image/…"],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["body", "JSON"],
  FST_ERR_CTP_INVALID_JSON_BODY: ["body", "JSON"],
  FST_ERR_CTP_EMPTY_TYPE: ["content-type", "multipart/form-data, application/json or image/…"],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["content-length", "the length of the body"],
  FST_ERR_BAD_URL: ["path", "a path of this server"],
};

/** @param maxBody the most bytes of a body */
export function describeFailure(error: unknown, maxBody: number): DescribedFailure {
  if (error instanceof RequestFailure) {
    const body = { error: error.message, expected: error.expected };
    return { status: error.status, body, ...(error instanceof Overload ? { reason: error.reason } : {}) };
  }
  const { code = "", statusCode = 500, message = "", validation } = error as FrameworkError;
  if (validation !== undefined) return describeValidation(validation);
  const [name, expected] =
    code === "FST_ERR_CTP_BODY_TOO_LARGE"
      ? ["body", `at most ${maxBody} bytes`]
      : (rules[code] ?? ["request", "one that this server understands"]);
  if (statusCode < 400 || statusCode >= 500)
    return { status: 500, body: { error: "the server failed; its log says why", expected: "no failure" } };
  return { status: statusCode, body: { error: `invalid ${name}; expected ${expected}: ${message}`, expected } };
}

function describeValidation(errors: NonNullable<FrameworkError["validation"]>): DescribedFailure {
  // Where nothing fits, each of the possibilities complains, and then all of them.
  const found = errors.find(({ keyword }) => keyword === "anyOf") ?? errors[0];
  const name = (found?.instancePath ?? "")
    .replace(/^\//, "")
    .replaceAll(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".");
  const expected = found?.parentSchema?.description ?? found?.message ?? "what the API's description says";
  return {
    status: 400,
    body: { error: `invalid ${name || "body"}; expected ${expected}: ${show(found?.data)}`, expected },
  };
}

const parserFailures: Readonly<Record<string, readonly [status: string, name: string, rule: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "request", "a whole request in time"],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "headers", "at most 16 KiB"],
};

/** Answers what never became a request, and ends the connection. */
export function tellClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return void socket.destroy();
  const [status, name, expected] = parserFailures[error.code ?? ""] ?? ["400 Bad Request", "request", "HTTP/1.1"];
  const body = JSON.stringify({ error: `invalid ${name}; expected ${expected}: ${error.code ?? "others"}`, expected });
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  socket.destroySoon();
}
