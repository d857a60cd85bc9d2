// The kernel's sockets, talked to over real ZeroMQ: routing, signatures, the welcome, the heartbeat, and frames that are
// no messages.
import assert from "node:assert/strict";
import * as zmq from "zeromq";
import { HeaderMaker, type Message } from "../../../kernel/protocol/message.js";
import { Wire } from "../../../kernel/protocol/wire.js";
import type { RequestChannel } from "../../../kernel/transport/channels.js";
import { ClientSockets } from "../../../kernel/transport/client-sockets.js";
import { type ConnectionInfo, endpoint, readConnection } from "../../../kernel/transport/connection-file.js";
import { Sockets } from "../../../kernel/transport/sockets.js";

const noPorts = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };

interface Bound {
  sockets: Sockets;
  received: { channel: RequestChannel; message: Message }[];
  /** Resolves when so many messages have come. */
  arrived(count: number): Promise<void>;
  problems: string[];
  connection: ConnectionInfo;
}

describe("sockets", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function bind(more: object = {}): Promise<Bound> {
    const problems: string[] = [];
    const received: Bound["received"] = [];
    let look = () => {};
    const sockets = await Sockets.bind(
      readConnection({ ...noPorts, key: "k", ...more }),
      new HeaderMaker("kernel"),
      (problem) => problems.push(problem),
    );
    open.push(sockets);
    sockets.listen((channel, message) => {
      received.push({ channel, message });
      look();
    });
    const arrived = (count: number) =>
      new Promise<void>((resolve) => {
        look = () => received.length >= count && resolve();
        look();
      });
    return { sockets, received, arrived, problems, connection: sockets.connection };
  }

  function connect(connection: ConnectionInfo): ClientSockets {
    const client = ClientSockets.connect(connection, "tester");
    open.push(client);
    return client;
  }

  function reply(to: Message, content: object): Message<object> {
    const header = new HeaderMaker("kernel").make("some_reply");
    return { identities: to.identities, header, parentHeader: to.header, metadata: {}, content, buffers: [] };
  }

  it("choose ports where the connection leaves them open", async () => {
    const { connection } = await bind();
    const numbers = [connection.shell_port, connection.iopub_port, connection.stdin_port, connection.control_port];
    assert.equal(new Set([...numbers, connection.hb_port, 0]).size, 6);
  });

  it("refuse a port that is taken", async () => {
    const { connection } = await bind();
    const taken = readConnection({ ...noPorts, shell_port: connection.shell_port });
    await assert.rejects(
      Sockets.bind(taken, new HeaderMaker("kernel"), () => {}),
      /in use/i,
    );
  });

  it("route each reply to the client that asked, in order", async () => {
    const kernel = await bind();
    const clients = [connect(kernel.connection), connect(kernel.connection)];
    const got = clients.map(() => [] as unknown[]);
    const all = new Promise<void>((resolve) => {
      for (const [index, client] of clients.entries()) {
        client.listen((channel, message) => {
          if (channel === "iopub") return;
          got[index]?.push([channel, message.content.n]);
          if (got.flat().length === 12) resolve();
        });
      }
    });
    for (let n = 0; n < 3; n += 1) {
      for (const [index, client] of clients.entries()) {
        client.send("shell", "some_request", { n: `${index} ${n}` });
        client.send("control", "some_request", { n: `${index} ${n}` });
      }
    }
    await kernel.arrived(12);
    for (const { channel, message } of kernel.received) kernel.sockets.send(channel, reply(message, message.content));
    await all;
    for (const [index, list] of got.entries()) {
      for (const channel of ["shell", "control"]) {
        const mine = list.filter((entry) => (entry as unknown[])[0] === channel);
        assert.deepEqual(
          mine,
          [0, 1, 2].map((n) => [channel, `${index} ${n}`]),
        );
      }
    }
  });

  it("carry buffers both ways", async () => {
    const kernel = await bind();
    const client = connect(kernel.connection);
    const back = new Promise<Message>((resolve) =>
      client.listen((channel, message) => channel === "shell" && resolve(message)),
    );
    client.send("shell", "comm_msg", {}, {}, { buffers: [Buffer.from([0, 255]), Buffer.from([])] });
    await kernel.arrived(1);
    const [first] = kernel.received;
    assert.ok(first);
    assert.deepEqual(first.message.buffers, [Buffer.from([0, 255]), Buffer.from([])]);
    kernel.sockets.send("shell", { ...reply(first.message, {}), buffers: [Buffer.from("x")] });
    assert.deepEqual((await back).buffers, [Buffer.from("x")]);
  });

  it("reach a client's stdin by the identity of its shell", async () => {
    const kernel = await bind();
    const client = connect(kernel.connection);
    const asked = new Promise<Message>((resolve) =>
      client.listen((channel, message) => channel === "stdin" && resolve(message)),
    );
    client.send("shell", "some_request", {});
    // ZeroMQ drops what is routed to a client whose stdin has not connected yet.
    client.send("stdin", "hello", {});
    await kernel.arrived(2);
    const shell = kernel.received.find(({ channel }) => channel === "shell");
    assert.ok(shell);
    kernel.sockets.send("stdin", reply(shell.message, { prompt: "?" }));
    assert.deepEqual((await asked).content, { prompt: "?" });
  });

  function subscribe({ connection }: Bound, ...topics: string[]): zmq.Subscriber {
    const subscriber = new zmq.Subscriber();
    open.push(subscriber);
    subscriber.connect(endpoint(connection, "iopub_port"));
    subscriber.subscribe(...topics);
    return subscriber;
  }

  it("greet each subscriber first, with its own topic", async () => {
    const kernel = await bind();
    const wire = new Wire({ key: "k", scheme: "hmac-sha256" });
    for (const topic of ["", "", "stream"]) {
      const subscriber = subscribe(kernel, topic);
      const frames = await subscriber.receive();
      assert.equal(String(frames[0]), topic);
      const welcome = wire.decode(frames);
      assert.equal(welcome.header.msg_type, "iopub_welcome");
      assert.deepEqual(welcome.content, { subscription: topic });
      assert.deepEqual(welcome.parentHeader, {});
    }
  });

  const published = (type: string): Message<object> => {
    const header = new HeaderMaker("kernel").make(type);
    return { identities: [], header, parentHeader: {}, metadata: {}, content: {}, buffers: [] };
  };

  it("welcome before all else, however much is being published", async () => {
    const kernel = await bind();
    const first = async () => {
      const subscriber = subscribe(kernel);
      const frames = await subscriber.receive();
      return new Wire({ key: "k", scheme: "hmac-sha256" }).decode(frames).header.msg_type;
    };
    const all = Promise.all(Array.from({ length: 40 }, first));
    let publishing = true;
    void all.finally(() => {
      publishing = false;
    });
    while (publishing) {
      for (let n = 0; n < 20; n += 1) kernel.sockets.publish(published("status"));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual([...new Set(await all)], ["iopub_welcome"]);
  });

  it("publish to those who still subscribe alone", async () => {
    const kernel = await bind();
    const subscriber = subscribe(kernel, "status");
    await subscriber.receive();
    subscriber.unsubscribe("status");
    // Requests are granted in order: after this one's welcome the other is no longer there.
    subscriber.subscribe("comm");
    await subscriber.receive();
    kernel.sockets.publish(published("status"));
    kernel.sockets.publish(published("comm_msg"));
    assert.equal(String((await subscriber.receive())[0]), "comm_msg");
  });

  it("publish under the type as topic", async () => {
    const kernel = await bind();
    const subscriber = subscribe(kernel, "status");
    await subscriber.receive();
    for (const type of ["stream", "status"]) kernel.sockets.publish(published(type));
    assert.equal(String((await subscriber.receive())[0]), "status");
  });

  it("echo the heartbeat", async () => {
    const { connection } = await bind();
    const heart = new zmq.Request();
    open.push(heart);
    heart.connect(endpoint(connection, "hb_port"));
    for (const beat of ["ping", ""]) {
      await heart.send(beat);
      assert.deepEqual((await heart.receive()).map(String), [beat]);
    }
  });

  it("drop what is malformed, wrongly signed or replayed, log it, and go on", async () => {
    const kernel = await bind();
    const raw = new zmq.Dealer();
    open.push(raw);
    raw.connect(endpoint(kernel.connection, "shell_port"));
    const good = (type: string) =>
      new Wire({ key: "k", scheme: "hmac-sha256" }).encode({
        identities: [],
        header: new HeaderMaker("tester").make(type),
        parentHeader: {},
        metadata: {},
        content: {},
        buffers: [],
      });
    const first = good("first");
    const forged = good("forged").with(1, Buffer.from("0".repeat(64)));
    const messages = [
      [Buffer.from("")],
      [Buffer.from("<IDS|MSG>")],
      [Buffer.from([0xff, 0xfe]), Buffer.from("{")],
      first,
      first,
      forged,
      good("last"),
    ];
    for (const frames of messages) await raw.send(frames.map((frame) => Buffer.from(frame)));
    await kernel.arrived(2);
    assert.deepEqual(
      kernel.received.map(({ message }) => message.header.msg_type),
      ["first", "last"],
    );
    assert.equal(kernel.problems.length, 5);
    assert.match(kernel.problems[3] ?? "", /received before/);
    assert.match(kernel.problems[4] ?? "", /wrong signature/);
  });

  it("encrypt where the connection file has keys", async () => {
    if (!zmq.capability.curve) return assert.ok(true);
    const { publicKey, secretKey } = zmq.curveKeyPair();
    const kernel = await bind({ curve_publickey: publicKey, curve_secretkey: secretKey });
    const client = connect(kernel.connection);
    const welcome = new Promise<Message>((resolve) => client.listen((_channel, message) => resolve(message)));
    assert.equal((await welcome).header.msg_type, "iopub_welcome");
    client.send("shell", "some_request", {});
    await kernel.arrived(1);
    assert.equal(kernel.received[0]?.message.header.msg_type, "some_request");
  });
});
