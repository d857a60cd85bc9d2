// The ways in which user code ends its own process: they still do, but the session learns who did it.
import type { Outbox } from "./outbox.js";
import type { SessionPipe } from "./session-pipe.js";
import { placeText, type StackFrames } from "./stack-frames.js";

/** For the kernel's own use. */
export const ownExit: (code: number) => never = process.exit.bind(process);

export function installExit(outbox: Outbox, pipe: SessionPipe, frames: StackFrames, directory: string): void {
  const announce = (call: string): void => {
    const caller = frames.of(new Error())?.find(({ place }) => place.kind === "cell" || place.kind === "file")?.place;
    const where = caller ? ` in ${placeText(caller, directory)}` : "";
    outbox.flush();
    pipe.send({ type: "exiting", description: `${call} was called${where}` });
  };
  process.exit = (code?: number | string | null): never => {
    announce(`process.exit(${code ?? ""})`);
    return ownExit(code as number);
  };
  const { abort } = process;
  process.abort = (): never => {
    announce("process.abort()");
    return abort.call(process);
  };
}
