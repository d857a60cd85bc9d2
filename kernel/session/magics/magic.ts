// What a magic is: a name, how it is written, and what it does. Each is one file here; magic-table lists them.
import type { Running } from "../running.js";
import type { Session } from "../session.js";

export interface MagicContext {
  session: Session;
  running: Running;
  /** What stands behind the name, trimmed. */
  argument: string;
  /** All of them, for `%help`. */
  described: readonly MagicDescription[];
}

export interface MagicDescription {
  name: string;
  /** As it is written, e.g. `%typecheck on|off`. */
  usage: string;
  /** One line for `%help`. */
  summary: string;
}

export interface Magic extends MagicDescription {
  run(context: MagicContext): Promise<void>;
}
