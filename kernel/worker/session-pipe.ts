// The worker's end of the pipe to the session. Frames are written synchronously: what a cell prints is out even if the next
// line spins or crashes, and a reader that is slower than the cell slows the cell down.
import { writeSync } from "node:fs";
import type { ToSession } from "../ipc/cell-messages.js";
import { encodeFrame } from "../ipc/frames.js";
import { type ExitNotice, pipes } from "../ipc/worker-notices.js";
import { uninterrupted } from "./critical.js";

export class SessionPipe {
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));

  /**
   * @param message plain data: no user code runs while it is serialised.
   * @returns how many bytes that were.
   */
  send(message: ToSession | ExitNotice): number {
    return uninterrupted(() => {
      const frame = encodeFrame(message);
      for (let at = 0; at < frame.length; ) at += this.#write(frame, at);
      return frame.length;
    });
  }

  #write(frame: Buffer, at: number): number {
    try {
      return writeSync(pipes.toSession, frame, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") {
        Atomics.wait(this.#sleeper, 0, 0, 1);
        return 0;
      }
      // The session is gone: so is the only reader of anything that happens here.
      if (code === "EPIPE") process.kill(process.pid, "SIGKILL");
      throw error;
    }
  }
}
