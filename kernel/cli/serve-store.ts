// Where `cellgrad serve --store` logs predictions: a store of the library's, and its dashboard. Loaded by its path when it is asked for, since the
// kernel's code never imports the library's.
import { CommandFailure, exitCodes } from "./command-failure.js";

interface Store {
  readonly name: string;
  readonly counts: { readonly written: number; readonly dropped: number };
  close(): Promise<void>;
}

interface MonitorModule {
  open(address: string): Promise<Store>;
  dashboard(store: Store): unknown;
}

const monitorModule = new URL("../../lib/monitor/index.js", import.meta.url).href;

export interface ServeStore {
  readonly name: string;
  /** For the server. */
  readonly options: { readonly store: unknown; readonly dashboard: unknown };
  /** Writes what still waits, and says how much there is. */
  close(): Promise<void>;
}

/** @param place the path of a SQLite file, or the address of a database */
export async function openStore(place: string): Promise<ServeStore> {
  const { open, dashboard } = (await import(monitorModule)) as MonitorModule;
  // A drive of Windows has one letter.
  const address = /^[a-z][a-z0-9+]+:/.test(place) ? place : `sqlite:${place}`;
  const store = await open(address).catch(({ message }: Error) => {
    const isMissing = message.includes("could not be loaded");
    throw new CommandFailure(
      message.replace("invalid address", "invalid --store"),
      isMissing ? exitCodes.missing : exitCodes.usage,
    );
  });
  return {
    name: store.name,
    options: { store, dashboard: dashboard(store) },
    async close() {
      const failure = await store.close().then(
        () => undefined,
        (error: Error) => error,
      );
      const { written, dropped } = store.counts;
      process.stderr.write(`Predictions in ${store.name}: ${written} logged, ${dropped} dropped\n`);
      if (failure) throw new CommandFailure(failure.message);
    },
  };
}
