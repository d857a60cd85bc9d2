// GET /dashboard: pages of somebody else's, such as ml.monitor.dashboard, behind the server's token. Added by http-app.ts where the option
// `dashboard` is given.
import type { FastifyInstance } from "fastify";
import type { DashboardPages } from "./dashboard-pages.js";
import { RequestFailure } from "./request-failure.js";

export const dashboardPlace = "/dashboard";

/** The path below /dashboard; undefined for one that is elsewhere. */
export function pathInDashboard(url: string): string | undefined {
  const [path = ""] = url.split("?", 1);
  if (path !== dashboardPlace && !path.startsWith(`${dashboardPlace}/`)) return undefined;
  return path.slice(dashboardPlace.length);
}

export function addDashboard(app: FastifyInstance, pages: DashboardPages): void {
  for (const route of [dashboardPlace, `${dashboardPlace}/*`])
    app.get(route, async (request, reply) => {
      const path = pathInDashboard(request.url) ?? "";
      const page = await pages.answer(path, dashboardPlace);
      if (page === undefined) throw new RequestFailure(404, "path", `one of ${dashboardPlace}'s`, path);
      // The answer's own serializer is for JSON.
      return reply.code(page.status).headers(page.headers).send(Buffer.from(page.body));
    });
}
