// Executions run one after the other; after a failure those behind it are aborted, and only those.
import assert from "node:assert/strict";
import { ExecutionQueue } from "../../../kernel/session/execution-queue.js";

describe("execution queue", () => {
  let queue: ExecutionQueue;
  let events: string[];
  beforeEach(() => {
    queue = new ExecutionQueue();
    events = [];
  });

  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  function add(name: string, work: () => Promise<void> = turn): Promise<void> {
    return new Promise((resolve) => {
      queue.add({
        async run() {
          events.push(`${name} begins`);
          await work();
          events.push(`${name} ends`);
          resolve();
        },
        abort() {
          events.push(`${name} aborted`);
          resolve();
        },
      });
    });
  }

  it("runs in order, never two at once", async () => {
    await Promise.all([add("a"), add("b")]);
    await add("c");
    assert.deepEqual(events, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("aborts what waits behind a failure, after the failed one is answered", async () => {
    await Promise.all([add("a", () => queue.abortRest()), add("b"), add("c")]);
    assert.deepEqual(events, ["a begins", "a ends", "b aborted", "c aborted"]);
    await add("d");
    assert.deepEqual(events.slice(-2), ["d begins", "d ends"]);
  });

  it("also aborts what was on its way when the cell failed", async () => {
    let late: Promise<void> = Promise.resolve();
    await add("a", async () => {
      setImmediate(() => {
        late = add("b");
      });
      await queue.abortRest();
    });
    await late;
    assert.deepEqual(events, ["a begins", "a ends", "b aborted"]);
  });

  it("runs what comes after the failed one was answered", async () => {
    const failed = add("a", () => queue.abortRest());
    await failed;
    await add("b");
    assert.deepEqual(events, ["a begins", "a ends", "b begins", "b ends"]);
  });
});
