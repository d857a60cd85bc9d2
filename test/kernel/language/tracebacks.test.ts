// Tracebacks name exactly the user's own places: every case of the tables in tracebacks/, in one real kernel.
import { runCase } from "./case-runner.js";
import type { LanguageCase } from "./language-case.js";
import { SocketKernel } from "./socket-kernel.js";
import { asynchronous } from "./tracebacks/asynchronous.js";
import { calls } from "./tracebacks/calls.js";
import { errors } from "./tracebacks/errors.js";
import { members } from "./tracebacks/members.js";
import { messages } from "./tracebacks/messages.js";
import { positions } from "./tracebacks/positions.js";

const topics: Record<string, LanguageCase[]> = { calls, members, asynchronous, positions, errors, messages };

describe("tracebacks", () => {
  let kernel: SocketKernel;
  before(async () => {
    kernel = await SocketKernel.start();
  });
  after(() => kernel?.close());

  for (const [topic, cases] of Object.entries(topics)) {
    describe(topic, () => {
      for (const one of cases) it(one.name, () => runCase(kernel, one));
    });
  }
});
