// Runs a function in a turn of the event loop of its own, at once. User code starts in one: when V8 terminates it, nothing
// of ours is on the stack. Not setImmediate, since Node loses the other immediates of a turn that is terminated.
import { MessageChannel } from "node:worker_threads";

const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();

port1.on("message", () => waiting.shift()?.());
port1.unref();

export function macrotask(work: () => void): void {
  waiting.push(work);
  port2.postMessage(undefined);
}
