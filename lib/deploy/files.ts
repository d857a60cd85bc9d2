// ml.deploy.files: what other systems need to run a release: a container, a systemd service, Kubernetes, Triton and KServe. Called by users and by
// `cellgrad deploy files`.
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeFolderAtomically } from "../engine/atomic-file.js";
import { checkOptions, checkText, checkWhole as checkWholeNumber, invalid } from "../engine/invalid.js";
import { dockerfile } from "./artifacts/dockerfile.js";
import { kubernetes } from "./artifacts/kubernetes.js";
import type { ArtifactParts } from "./artifacts/parts.js";
import { systemdUnit } from "./artifacts/systemd-unit.js";
import { kserve, tritonConfig, tritonVersion } from "./artifacts/triton.js";
import { checkWhole, names } from "./manifest.js";
import { ReleaseStore } from "./release-store.js";
import { WrittenFiles } from "./written-files.js";

export interface FilesOptions {
  /** The folder of releases. */
  readonly directory: string;
  /** Where the files are written: a folder that is not there yet, or empty. */
  readonly target: string;
  /** Which release; by default the live one. */
  readonly version?: string;
  /** What the service is called: up to 40 small letters, digits and "-"; "model" by default. */
  readonly name?: string;
  /** What it listens on, 1024 to 65,535; 8000 by default. */
  readonly port?: number;
  /** What the container's image is called; "name:version" by default. */
  readonly image?: string;
  /** Where KServe finds the folder triton/; "pvc://models/name" by default. */
  readonly storageUri?: string;
}

/** https://github.com/distribution/reference: a registry, names, a tag. */
const imagePattern = /^[a-z0-9][a-z0-9._/:-]*[A-Za-z0-9](?::[\w.-]{1,128})?$/;

/**
 * Writes what other systems run a release with: `Dockerfile` (with a copy of the release beside it), `NAME.service` for systemd, which follows
 * promotions and rollbacks, `kubernetes.yaml`, and for those who outgrow one machine `triton/`, a model repository whose config.pbtxt has the
 * model's own inputs and outputs, and `kserve.yaml`. All of it appears at once.
 * @returns the files, and what to do with them; shows them
 * @throws when an option is wrong, the release is damaged, or something is in `target`
 */
export async function files(options: FilesOptions): Promise<WrittenFiles> {
  checkOptions("options", options, ["directory", "target", "version", "name", "port", "image", "storageUri"]);
  const { directory, target, version, name = "model", port = 8000 } = options;
  checkText("target", target, "the path of a folder to write into");
  if (typeof name !== "string" || !/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
    throw invalid("name", 'up to 40 small letters, digits and "-", a letter first', name);
  checkWholeNumber("port", port, 1024, 65_535);
  const store = await ReleaseStore.existing(directory);
  const release = version === undefined ? await store.live() : await store.release(version);
  if (release === undefined) throw invalid("version", "a release, since none is live", version);
  const { image = `${name}:${release.version}`, storageUri = `pvc://models/${name}` } = options;
  if (typeof image !== "string" || !imagePattern.test(image)) throw invalid("image", "the name of an image", image);
  if (typeof storageUri !== "string" || !/^[a-z0-9]+:\/\/[\x21-\x7e]+$/.test(storageUri))
    throw invalid("storageUri", "an address such as s3://bucket/folder or pvc://claim/folder", storageUri);
  await checkWhole(release);
  await checkEmpty(target);
  const parts: ArtifactParts = {
    ...{ name, release, port, image, storageUri },
    directory: store.directory,
    package: await ownPackage(),
  };
  const labels = release.manifest.files[names.labels] === undefined ? [] : [names.labels];
  const written: Record<string, string> = {
    Dockerfile: dockerfile(parts),
    [`${name}.service`]: systemdUnit(parts),
    "kubernetes.yaml": kubernetes(parts),
    "kserve.yaml": kserve(parts),
    [`triton/${name}/config.pbtxt`]: tritonConfig(parts),
  };
  const copied: Record<string, string> = {
    ...Object.fromEntries(
      [names.manifest, ...Object.keys(release.manifest.files)].map((file) => [`release/${file}`, file]),
    ),
    ...Object.fromEntries(labels.map((file) => [`triton/${name}/${file}`, file])),
    [`triton/${name}/${tritonVersion(release.version)}/${names.model}`]: names.model,
  };
  await writeFolderAtomically(target, async (folder) => {
    for (const [file, text] of Object.entries(written)) await writeFile(await placeIn(folder, file), text);
    for (const [file, from] of Object.entries(copied))
      await copyFile(join(release.folder, from), await placeIn(folder, file));
  });
  return new WrittenFiles(
    resolve(target),
    [...Object.keys(written), ...Object.keys(copied)].sort(),
    release.version,
    name,
    image,
  );
}

async function placeIn(folder: string, file: string): Promise<string> {
  const place = join(folder, ...file.split("/"));
  await mkdir(dirname(place), { recursive: true });
  return place;
}

/** What is there would be replaced. */
async function checkEmpty(target: string): Promise<void> {
  const found = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw invalid("target", "a folder", target, error);
  });
  if (found.length > 0) throw invalid("target", "a folder that is not there yet, or empty", target);
}

async function ownPackage(): Promise<string> {
  const text = await readFile(new URL("../../../package.json", import.meta.url), "utf8");
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return `${name}@${version}`;
}
