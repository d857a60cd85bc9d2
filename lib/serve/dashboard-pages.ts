// What a server shows at /dashboard: the option `dashboard` of ml.serve.start. This is all that the server asks of one;
// ml.monitor.dashboard makes one.

/** All that the server asks of a dashboard. */
export interface DashboardPages {
  /** @param path below /dashboard, such as "/data", without what follows a question mark; undefined where there is nothing */
  answer(path: string, place: string): Promise<DashboardPage | undefined>;
  /** Whether the path needs no token. */
  isPublic(path: string): boolean;
}

export interface DashboardPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
