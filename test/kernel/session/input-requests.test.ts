// Questions to the reader: one at a time, to the client that runs the cell, each answer to its cell.
import assert from "node:assert/strict";
import { HeaderMaker, type Message } from "../../../kernel/protocol/message.js";
import { Cells } from "../../../kernel/session/cells.js";
import { InputRequests } from "../../../kernel/session/input-requests.js";
import { Publisher } from "../../../kernel/session/publisher.js";

describe("input requests", () => {
  const client = new HeaderMaker("client");
  const sent: Message<{ prompt?: string }>[] = [];
  const channels = {
    listen() {},
    send: (_channel: string, message: Message<object>) => sent.push(message),
    publish() {},
    async close() {},
  };
  let answers: [string, string][];
  let inputs: InputRequests;
  const cells = new Cells(new Publisher(channels, new HeaderMaker("kernel")));

  beforeEach(() => {
    sent.length = 0;
    answers = [];
    inputs = new InputRequests(channels, new HeaderMaker("kernel"), (cell, value) => answers.push([cell, value]));
  });

  function message(type: string, content: object, parent?: Message<object>): Message {
    const header = client.make(type);
    return {
      identities: [Buffer.from("me")],
      header,
      parentHeader: parent?.header ?? {},
      metadata: {},
      content: { ...content },
      buffers: [],
    };
  }

  const cell = () => cells.open({ request: message("execute_request", {}), silent: false, allowStdin: true, count: 1 });

  it("goes to the client of the cell, under its header", () => {
    const one = cell();
    inputs.ask({ cell: one, prompt: "name? ", password: true });
    assert.equal(sent.length, 1);
    assert.deepEqual(sent[0]?.content, { prompt: "name? ", password: true });
    assert.deepEqual(sent[0]?.identities.map(String), ["me"]);
    assert.equal(sent[0]?.parentHeader.msg_id, one.id);
  });

  it("asks one after the other", () => {
    const one = cell();
    inputs.ask({ cell: one, prompt: "1", password: false });
    inputs.ask({ cell: one, prompt: "2", password: false });
    assert.equal(sent.length, 1);
    inputs.receive(message("input_reply", { value: "first" }, sent[0]));
    assert.equal(sent.length, 2);
    // As jupyter_client replies: without a parent.
    inputs.receive(message("input_reply", { value: "second" }));
    assert.deepEqual(answers, [
      [one.id, "first"],
      [one.id, "second"],
    ]);
  });

  it("drops answers that nobody waits for, or to an earlier question", () => {
    const [one, two] = [cell(), cell()];
    inputs.receive(message("input_reply", { value: "?" }));
    inputs.ask({ cell: one, prompt: "1", password: false });
    inputs.cancel(one.id);
    inputs.ask({ cell: two, prompt: "2", password: false });
    inputs.receive(message("input_reply", { value: "late" }, sent[0]));
    assert.deepEqual(answers, []);
    inputs.receive(message("input_reply", { value: "good" }, sent[1]));
    assert.deepEqual(answers, [[two.id, "good"]]);
  });

  it("asks the next cell's question when one is cancelled", () => {
    const [one, two] = [cell(), cell()];
    inputs.ask({ cell: one, prompt: "1", password: false });
    inputs.ask({ cell: two, prompt: "2", password: false });
    inputs.cancel(one.id);
    assert.deepEqual(
      sent.map(({ content }) => content.prompt),
      ["1", "2"],
    );
  });
});
