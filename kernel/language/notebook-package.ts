// Which files are packages' and which the notebook's own. A notebook may come with a package, and then stands below
// node_modules itself, with the files that it imports. Used by module-resolver.ts and compiler-project.ts.

/** Up to the name behind the last `node_modules`. */
const packageFolder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/]|$)/;

export class NotebookPackage {
  /** The package's folder where the notebook's folder is below node_modules. */
  readonly folder: string | undefined;

  /** @param directory the notebook's folder, in the spelling of the paths that are asked about. */
  constructor(directory: string) {
    this.folder = packageFolder.exec(directory)?.[0];
  }

  /** Whether a file belongs to a package other than the notebook's. */
  isForeign(path: string): boolean {
    return packageFolder.exec(path)?.[0] !== this.folder;
  }
}
