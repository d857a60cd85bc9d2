// The routes and their surroundings: who may ask, how much is taken on, what a wrong request is told. Made once a server by start.ts.
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { pino } from "pino";
import type { Admission, Ticket } from "./admission.js";
import { addDashboard, dashboardPlace, pathInDashboard } from "./dashboard-route.js";
import { docsPage } from "./docs-page.js";
import { describeFailure, tellClientError } from "./failures.js";
import type { Mirror } from "./mirror.js";
import { multipartFiles } from "./multipart.js";
import { openapi } from "./openapi.js";
import type { ServeSettings } from "./options.js";
import { type PredictBody, predict } from "./predict-route.js";
import type { PredictionLog } from "./prediction-log.js";
import { Overload, RequestFailure } from "./request-failure.js";
import { predictRequest } from "./schema.js";
import type { ServeMetrics } from "./serve-metrics.js";
import type { ServedModel } from "./served-model.js";
import { tokenCheck } from "./token.js";

export interface AppParts {
  readonly settings: ServeSettings;
  readonly admission: Admission;
  readonly metrics: ServeMetrics;
  readonly log: PredictionLog | undefined;
  /** Versions that are tried on what is asked. */
  readonly mirrors: ReadonlySet<Mirror>;
  /** The version that takes requests now. */
  model(): ServedModel;
  /** Whether close() was called. */
  isClosing(): boolean;
}

/** Files in one request. */
const mostFiles = 64;

/** What each request carries through the hooks. */
interface Passage {
  ticket?: Ticket;
  /** Whether a handler works on it: then that gives the room back, else the end of the connection. */
  isHandled?: boolean;
}

const passages = new WeakMap<FastifyRequest, Passage>();

export function httpApp(parts: AppParts): FastifyInstance {
  const { settings, metrics } = parts;
  const app = fastify({
    bodyLimit: settings.maxBody,
    requestTimeout: settings.requestTimeout,
    // A client that neither sends nor reads while nothing is computed for it.
    connectionTimeout: settings.requestTimeout + settings.timeout,
    keepAliveTimeout: 10_000,
    http: {
      headersTimeout: Math.min(10_000, settings.requestTimeout),
      connectionsCheckingInterval: Math.max(50, Math.min(1000, settings.requestTimeout / 4)),
    },
    ...(settings.log === "silent"
      ? { logger: false }
      : { loggerInstance: pino({ level: settings.log }, settings.logTo ?? process.stdout) }),
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, verbose: true } },
    frameworkErrors: (error, request, reply) => tell(error, request, reply, parts),
    clientErrorHandler: (error, socket) => tellClientError(error, socket as Socket),
  }) as unknown as FastifyInstance;
  // Answers hold what their type says, and their numbers are written as they are.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  addParsers(app);
  addHooks(app, parts);
  addRoutes(app, parts);
  app.setErrorHandler((error, request, reply) => tell(error, request, reply, parts));
  app.setNotFoundHandler((request) => {
    const [path = ""] = request.url.split("?", 1);
    const paths = settings.dashboard === undefined ? known : [...known, dashboardPlace];
    const allowed = path === "/predict" ? "POST" : paths.includes(path) ? "GET" : undefined;
    if (allowed === undefined) throw new RequestFailure(404, "path", `one of ${paths.join(", ")}`, path);
    throw new RequestFailure(405, "method", `${allowed} for ${path}`, request.method);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "other";
    metrics.onResponse(route, reply.statusCode, reply.elapsedTime / 1000);
  });
  return app;
}

const known = ["/predict", "/healthz", "/readyz", "/metrics", "/docs", "/docs/openapi.json"];

function addParsers(app: FastifyInstance): void {
  app.removeContentTypeParser("text/plain");
  app.addContentTypeParser(
    "multipart/form-data",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => multipartFiles(request.headers, body, mostFiles),
  );
  app.addContentTypeParser(/^image\//, { parseAs: "buffer" }, async (_: FastifyRequest, bytes: Buffer) => [
    { field: "body", bytes },
  ]);
}

function addHooks(app: FastifyInstance, { settings, admission, isClosing }: AppParts): void {
  const mayAsk = settings.token === undefined ? undefined : tokenCheck(settings.token);
  app.addHook("onRequest", async (request, reply) => {
    const { url, method } = request.routeOptions;
    if (url === "/healthz" || url === "/readyz") return;
    const inDashboard = settings.dashboard === undefined ? undefined : pathInDashboard(request.url);
    if (inDashboard !== undefined && settings.dashboard?.isPublic(inDashboard)) return;
    if (mayAsk !== undefined && !mayAsk(request.headers.authorization)) {
      reply.header("www-authenticate", "Bearer");
      throw new RequestFailure(401, "token", "the header Authorization: Bearer <token>", "none or another");
    }
    if (url !== "/predict" || method !== "POST") return;
    if (isClosing()) throw new Overload("closing", "request", "a server that is not closing", "one that is");
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") throw new RequestFailure(415, "content-encoding", "none", encoding);
    const length = Number(request.headers["content-length"] ?? settings.maxBody);
    const ticket = admission.enter(Math.min(length, settings.maxBody));
    const passage: Passage = { ticket };
    passages.set(request, passage);
    // Also when the client goes away before its body is read.
    reply.raw.once("close", () => passage.isHandled || ticket.leave());
  });
  app.addHook("onSend", async (_, reply) => {
    if (isClosing()) reply.header("connection", "close");
  });
}

function addRoutes(app: FastifyInstance, parts: AppParts): void {
  const { settings, metrics, log, mirrors } = parts;
  const body = { content: { "application/json": { schema: predictRequest } } };
  app.post<{ Body: PredictBody }>("/predict", { schema: { body } }, async (request, reply) => {
    const passage = passages.get(request);
    const ticket = passage?.ticket;
    if (passage === undefined || ticket === undefined) throw new Error("a request without a ticket");
    passage.isHandled = true;
    const model = parts.model();
    try {
      const milliseconds = reply.elapsedTime;
      const call = {
        id: request.id,
        body: request.body,
        ticket,
        time: Date.now() - milliseconds,
        started: performance.now() - milliseconds,
        isGone: () => reply.raw.destroyed,
      };
      const { answer, records } = await model.use(() => predict(call, model, settings));
      metrics.onPredictions(model.version.version, answer.predictions.length);
      if (log !== undefined || mirrors.size > 0) {
        const all = records();
        const append = () => {
          for (const record of all) {
            log?.append(record);
            for (const mirror of mirrors) mirror.offer(record);
          }
        };
        reply.raw.once("close", () => setImmediate(append));
      }
      return answer;
    } finally {
      ticket.leave();
    }
  });
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async () => {
    const model = parts.model();
    if (parts.isClosing() || !model.isReady)
      throw new Overload(parts.isClosing() ? "closing" : "model", "server", "one that is ready", "not ready");
    return { status: "ready", model: model.version };
  });
  app.get("/metrics", async (_, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  app.get("/docs/openapi.json", async () => openapi(parts.model().rules, settings));
  app.get("/docs", async (_, reply) => {
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
    return docsPage(openapi(parts.model().rules, settings), parts.model());
  });
  if (settings.dashboard !== undefined) addDashboard(app, settings.dashboard);
}

function tell(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { metrics, settings }: AppParts,
): FastifyReply {
  const { status, body, reason } = describeFailure(error, settings.maxBody);
  if (status === 500) request.log.error(error, "a request failed");
  if (reason !== undefined) {
    metrics.onRejected(reason);
    reply.header("retry-after", "1");
  }
  if (status === 405) reply.header("allow", /expected (\w+)/.exec(body.error)?.[1] ?? "");
  return reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify(body));
}
