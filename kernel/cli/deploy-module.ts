// The library's half of `cellgrad deploy`, and of `cellgrad serve` with a folder of releases: loaded by its path when such a command runs,
// since the kernel's code never imports the library's.
import { CommandFailure, exitCodes } from "./command-failure.js";

/** A result that says in words what it is. */
interface Said {
  toString(): string;
}

interface Stage {
  readonly name: string;
  readonly outcome: string;
  readonly milliseconds: number;
  readonly text: string;
}

interface Deployment extends Said {
  readonly status: "promoted" | "released" | "refused" | "rolledBack";
}

interface State extends Said {
  readonly directory: string;
  readonly live: string | undefined;
  readonly since: string | undefined;
  readonly previous: readonly string[];
  readonly releases: readonly {
    readonly version: string;
    readonly isLive: boolean;
    readonly manifest: unknown;
    readonly damages: readonly string[];
  }[];
}

export interface RunningServer {
  readonly url: string;
  readonly model: { readonly name: string; readonly version: string };
  close(): Promise<void>;
}

export interface DeployModule {
  pipeline(options: Record<string, unknown> & { onStage(stage: Stage): void }): Promise<Deployment>;
  promote(options: { directory: string; version: string }): Promise<Said>;
  rollback(options: { directory: string; version?: string }): Promise<Said>;
  status(directory: string): Promise<State>;
  files(options: Record<string, unknown>): Promise<Said>;
  serve(options: Record<string, unknown>): Promise<RunningServer>;
}

const deployModule = new URL("../../lib/deploy/commands.js", import.meta.url).href;

export async function loadDeploy(): Promise<DeployModule> {
  return (await import(deployModule)) as DeployModule;
}

/** What the library threw, as a command ends: wrong input by its own code. */
export function failureOf({ message }: Error): CommandFailure {
  if (message.startsWith("invalid ")) return new CommandFailure(message, exitCodes.usage);
  return new CommandFailure(
    message,
    message.startsWith("onnxruntime-node could not") ? exitCodes.missing : exitCodes.failed,
  );
}
