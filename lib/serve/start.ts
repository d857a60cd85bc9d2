// ml.serve.start: a model file behind HTTP. Called by users, by `cellgrad serve` and by deploy.
import type { Mirror } from "./mirror.js";
import { type ServeOptions, type ServeSettings, serveSettings } from "./options.js";
import { ServedModel } from "./served-model.js";
import { Server } from "./server.js";

/**
 * Serves an ONNX file: POST /predict (pictures or JSON), /healthz, /readyz, /metrics, /docs. The model is loaded, warmed up and checked
 * before the port opens; its own transform is applied, so that an answer is that of the file, bit for bit. Inputs of requests that come
 * together are answered together.
 *
 * @returns the running server; `close()` ends it
 * @throws when an option is out of range, the file can't be served, onnxruntime-node is missing or the port is taken
 */
export async function start(options: ServeOptions): Promise<Server> {
  const settings = serveSettings(options);
  // Loaded with the first server: whoever serves nothing needs none of it.
  const { httpApp } = await import("./http-app.js");
  const { Admission } = await import("./admission.js");
  const { PredictionLog } = await import("./prediction-log.js");
  const { serveMetrics } = await import("./serve-metrics.js");
  const admission = new Admission({ queue: settings.queue, memory: settings.maxMemory });
  const state = { isClosing: false };
  const mirrors = new Set<Mirror>();
  const metrics = await serveMetrics(
    { inputs: () => admission.inputs, waiting: () => current.waiting },
    settings.batchSize,
  );
  const open = (file: string, version: string | undefined) =>
    ServedModel.open(
      file,
      { ...settings, isMoreExpected: () => admission.expected > 0, onBatch: metrics.onBatch },
      version,
    );
  let current = await open(settings.model, settings.version);
  try {
    metrics.onModel(current.version.name, current.version.version);
    const { store } = settings;
    const onStoreError = (error: unknown) => {
      metrics.onStoreError();
      app.log.error(error, "the store took no prediction");
    };
    const app = httpApp({
      settings,
      admission,
      metrics,
      mirrors,
      log: store === undefined ? undefined : new PredictionLog(store, onStoreError),
      model: () => current,
      isClosing: () => state.isClosing,
    });
    const url = await app.listen({ host: settings.host, port: settings.port });
    return new Server({
      close: () => app.close(),
      cut: () => app.server.closeAllConnections(),
      url: reachable(url, settings),
      drainTimeout: settings.drainTimeout,
      model: current,
      counts: metrics.totals,
      open,
      // Beside the version that answers: one thread, no batches that it waits for, and none that are counted as the server's.
      openMirrored: (file, version) =>
        ServedModel.open(
          file,
          { ...settings, threads: 1, batchDelay: 0, isMoreExpected: () => false, onBatch: () => {} },
          version,
        ),
      mirrors,
      onSwap(model) {
        current = model;
        metrics.onModel(model.version.name, model.version.version);
        app.log.info({ model: model.version }, "another version answers");
      },
      onClose() {
        state.isClosing = true;
      },
    });
  } catch (error) {
    await current.retire();
    throw error;
  }
}

/** An address that can be asked: that of every network is none. */
function reachable(url: string, { host }: ServeSettings): string {
  if (host !== "0.0.0.0" && host !== "::") return url;
  return url.replace(/\/\/(?:\[[^\]]*\]|[^:]*):/, "//127.0.0.1:");
}
