// What `ml.deploy` is.
export type { CanaryFindings } from "./canary.js";
export { Deployment, type DeploymentStatus } from "./deployment.js";
export { type FilesOptions, files } from "./files.js";
export type { GateCheck, GateOptions, PredictionSample } from "./gate.js";
export type { Manifest, Release, ReleaseMetrics, ReleaseTensor } from "./manifest.js";
export { pipeline } from "./pipeline.js";
export type { CanaryOptions, PipelineOptions } from "./pipeline-options.js";
export { type PromoteOptions, promote, type RollbackOptions, rollback } from "./promote.js";
export { Promotion } from "./promotion.js";
export { type ServeLiveOptions, serve } from "./serve-live.js";
export type { StageName, StageOutcome, StageReport } from "./stages.js";
export { type ReleaseState, ReleaseStatus, status } from "./status.js";
export type { ShareInterval } from "./wilson.js";
export { WrittenFiles } from "./written-files.js";
