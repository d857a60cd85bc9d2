// What ml.deploy.files wrote: shows itself when it ends a cell.

/** Files for other systems. */
export class WrittenFiles {
  constructor(
    /** The absolute path of the folder that they are in. */
    readonly folder: string,
    /** Their paths in it, with "/". */
    readonly files: readonly string[],
    /** Of the release. */
    readonly version: string,
    private readonly name: string,
    private readonly image: string,
  ) {}

  toString(): string {
    const rows = [
      ["Dockerfile", `docker build --tag ${this.image} .`],
      [`${this.name}.service`, "for /etc/systemd/system: serves what is live"],
      ["kubernetes.yaml", "kubectl apply --filename kubernetes.yaml"],
      ["triton/", "tritonserver --model-repository=triton"],
      ["kserve.yaml", "kubectl apply --filename kserve.yaml"],
    ] as const;
    const width = Math.max(...rows.map(([file]) => file.length));
    const lines = rows.map(([file, use]) => `${file.padEnd(width)}  ${use}`);
    return [`${this.files.length} files of release ${this.version} in ${this.folder}`, ...lines].join("\n");
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": String(this) };
  }
}
