// ml.monitor.dashboard: a page that shows a store live, for a browser. It answers requests by their path, so that ml.serve, or any other server,
// can carry it; the drawing is the browser's, by Vega from the npm packages that charts are drawn with anyway.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { Alerts } from "./alerts.js";
import { dashboardPage, dashboardScript } from "./dashboard-page.js";
import { DashboardPanels } from "./dashboard-panels.js";
import { milliseconds } from "./duration.js";
import { featuresOf } from "./features.js";
import type { SampleColumns } from "./sample-columns.js";
import { Store } from "./store.js";

export interface DashboardOptions {
  /** How far back it looks; "1d" by default. */
  readonly within?: string | number;
  /** How often the page asks again; "5s" by default, at least 1 s. */
  readonly every?: string | number;
  /** Alarms of `ml.monitor.alerts` to show. */
  readonly alerts?: Alerts;
  /** What is normal, to show drift: `await store.features({ … })` or features by name. */
  readonly reference?: SampleColumns;
  /** The most predictions that are looked at; 5,000 by default. Of more the newest. */
  readonly limit?: number;
}

/** An answer to GET. */
export interface DashboardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Dashboard {
  /**
   * @param path below the place where the dashboard is: "" or "/" is the page, "/data" what it shows (JSON), "/vega.js" and the like its scripts
   * @param place where the dashboard is, "/dashboard"; for the addresses in the page
   * @returns undefined where there is nothing
   */
  answer(path: string, place: string): Promise<DashboardAnswer | undefined>;
  /** What needs no token where the server asks for one: the page and its scripts, not what they show. */
  isPublic(path: string): boolean;
}

const require = createRequire(import.meta.url);
/** Complete files for browsers; the packages say where they are by their folder. */
const scripts: Readonly<Record<string, string>> = {
  "/vega.js": "vega/build/vega.min.js",
  "/vega-lite.js": "vega-lite/build/vega-lite.min.js",
};

const plain = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
/** Vega compiles its expressions; nothing is loaded from elsewhere. */
const policy =
  "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

/**
 * A live page of a store: predictions and how long they took, accuracy and the like, drift, alarms. `ml.serve.start({ model, store, dashboard })`
 * shows it at /dashboard.
 * @param store of `ml.monitor.open`
 * @returns what answers the page's requests
 * @throws when an option is wrong
 */
export function dashboard(store: Store, options: DashboardOptions = {}): Dashboard {
  if (!(store instanceof Store)) throw invalid("store", "one of ml.monitor.open", store);
  checkOptions("options", options, ["within", "every", "alerts", "reference", "limit"]);
  const { alerts, reference, limit = 5000 } = options;
  const within = milliseconds("within", options.within ?? "1d", 1000);
  const every = milliseconds("every", options.every ?? "5s", 1000);
  if (alerts !== undefined && !(alerts instanceof Alerts))
    throw invalid("alerts", "those of ml.monitor.alerts", alerts);
  checkWhole("limit", limit, 10, 1_000_000);
  if (reference !== undefined) featuresOf("reference", reference);
  const panels = new DashboardPanels(store, { within, alerts, reference, limit });
  // Many browsers, one look.
  let shared: { readonly until: number; readonly data: Promise<string> } | undefined;
  const data = () => {
    const now = performance.now();
    if (shared === undefined || shared.until <= now)
      shared = { until: now + every / 2, data: panels.read().then((all) => JSON.stringify(all)) };
    return shared.data;
  };
  return {
    isPublic: (path) => path === "" || path === "/" || path === "/page.js" || Object.hasOwn(scripts, path),
    async answer(path, place) {
      if (path === "" || path === "/")
        return answerOf(dashboardPage(place), "text/html", { "content-security-policy": policy });
      if (path === "/page.js") return answerOf(dashboardScript(place, every), "text/javascript");
      if (path === "/data") {
        try {
          return answerOf(await data(), "application/json");
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          return { ...answerOf(JSON.stringify({ error: reason }), "application/json"), status: 503 };
        }
      }
      const file = Object.hasOwn(scripts, path) ? scripts[path] : undefined;
      if (file === undefined) return undefined;
      const script = await readFile(require.resolve(file), "utf8");
      return answerOf(script, "text/javascript", { "cache-control": "max-age=3600" });
    },
  };
}

function answerOf(body: string, type: string, more: Readonly<Record<string, string>> = {}): DashboardAnswer {
  return { status: 200, headers: { ...plain, "content-type": `${type}; charset=utf-8`, ...more }, body };
}
