// What the files of a deployment are made of: a release, and where it is to run. Read by every other file here.
import type { Release } from "../manifest.js";

export interface ArtifactParts {
  /** Of the service: a DNS label, as Kubernetes wants it. */
  readonly name: string;
  readonly release: Release;
  /** Absolute: the folder of releases. */
  readonly directory: string;
  readonly port: number;
  /** The container's image. */
  readonly image: string;
  /** Where KServe finds the model repository. */
  readonly storageUri: string;
  /** The package that the container installs: "cellgrad@0.1.0". */
  readonly package: string;
}

/** A string as YAML and as protobuf's text format write it: JSON is part of both, but for letters beyond ASCII in the latter, which it takes too. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
