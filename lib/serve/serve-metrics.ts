// What a server counts, for Prometheus at /metrics and for its own display. Used by http-app.ts, predict-route.ts and server.ts.
import type { Registry } from "prom-client";

export interface GaugeReadings {
  inputs(): number;
  waiting(): number;
}

export type ServeMetrics = Awaited<ReturnType<typeof serveMetrics>>;

/** Seconds; from what a small model takes to what nobody waits for. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export async function serveMetrics(readings: GaugeReadings, batchSize: number) {
  const prometheus = await import("prom-client");
  // Of its own: a process may have several servers, or metrics of other things.
  const registry: Registry = new prometheus.Registry();
  const registers = [registry];
  const buckets = [1, 2, 4, 8, 16, 32, 64, 128, 256].filter((size) => size < batchSize);
  const requests = new prometheus.Counter({
    name: "cellgrad_requests_total",
    help: "Requests that were answered, by route and status",
    labelNames: ["route", "status"] as const,
    registers,
  });
  const requestSeconds = new prometheus.Histogram({
    name: "cellgrad_request_seconds",
    help: "From a request's head to its answer",
    labelNames: ["route"] as const,
    buckets: secondsBuckets,
    registers,
  });
  const batches = new prometheus.Histogram({
    name: "cellgrad_batch_size",
    help: "Inputs that the model answered at once",
    buckets: [...buckets, batchSize],
    registers,
  });
  const modelSeconds = new prometheus.Histogram({
    name: "cellgrad_model_seconds",
    help: "What a batch took in the model",
    buckets: secondsBuckets,
    registers,
  });
  const predictions = new prometheus.Counter({
    name: "cellgrad_predictions_total",
    help: "Inputs that were answered, by the model's version",
    labelNames: ["version"] as const,
    registers,
  });
  const rejected = new prometheus.Counter({
    name: "cellgrad_rejected_total",
    help: "Requests that were answered with 503, by reason",
    labelNames: ["reason"] as const,
    registers,
  });
  const storeErrors = new prometheus.Counter({
    name: "cellgrad_store_errors_total",
    help: "Predictions that the store did not take",
    registers,
  });
  const model = new prometheus.Gauge({
    name: "cellgrad_model_info",
    help: "1 for the version that answers",
    labelNames: ["name", "version"] as const,
    registers,
  });
  gauge("cellgrad_inputs", "Inputs that were accepted and not answered yet", readings.inputs);
  gauge("cellgrad_queue_length", "Inputs that wait for a batch", readings.waiting);
  gauge("process_resident_memory_bytes", "Memory of the whole process", () => process.memoryUsage.rss());

  function gauge(name: string, help: string, read: () => number): void {
    new prometheus.Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  /** The same numbers for the server's display. */
  const totals = { requests: 0, predictions: 0, batches: 0, rejected: 0, failed: 0 };
  return {
    registry,
    totals,
    onResponse(route: string, status: number, seconds: number) {
      totals.requests++;
      if (status >= 400 && status !== 503) totals.failed++;
      requests.inc({ route, status });
      requestSeconds.observe({ route }, seconds);
    },
    onBatch(size: number, seconds: number) {
      totals.batches++;
      batches.observe(size);
      modelSeconds.observe(seconds);
    },
    onPredictions(version: string, count: number) {
      totals.predictions += count;
      predictions.inc({ version }, count);
    },
    onRejected(reason: string) {
      totals.rejected++;
      rejected.inc({ reason });
    },
    onStoreError() {
      storeErrors.inc();
    },
    onModel(name: string, version: string) {
      model.reset();
      model.set({ name, version }, 1);
    },
  };
}
