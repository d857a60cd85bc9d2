// What `cellgrad deploy` and `cellgrad serve` call. TensorFlow.js takes seconds to load and only a release needs it: a rollback is over by then.
import type { Deployment } from "./deployment.js";
import type { PipelineOptions } from "./pipeline-options.js";

export { files } from "./files.js";
export { promote, rollback } from "./promote.js";
export { serve } from "./serve-live.js";
export { status } from "./status.js";

export const pipeline = async (options: PipelineOptions): Promise<Deployment> =>
  (await import("./pipeline.js")).pipeline(options);
