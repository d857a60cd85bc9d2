// The wire format: frames, signatures, and what is refused. The signatures are compared with ones that node:crypto makes
// of the specification's recipe.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { HeaderMaker, type Message } from "../../../kernel/protocol/message.js";
import { RejectedFrames, Wire } from "../../../kernel/protocol/wire.js";

const headers = new HeaderMaker("tester");
const signed = () => new Wire({ key: "secret", scheme: "hmac-sha256" });

function message(content: object = { code: "1" }, buffers: Uint8Array[] = []): Message<object> {
  const header = headers.make("execute_request");
  return { identities: [Buffer.from("me")], header, parentHeader: {}, metadata: { a: 1 }, content, buffers };
}

describe("wire", () => {
  it("lays out identities, delimiter, signature, four JSON frames and buffers", () => {
    const sent = message({ code: "é" }, [Buffer.from([1, 2]), Buffer.from([])]);
    const frames = signed()
      .encode(sent)
      .map((frame) => Buffer.from(frame));
    assert.deepEqual(frames[0], Buffer.from("me"));
    assert.equal(frames[1]?.toString(), "<IDS|MSG>");
    const parts = frames.slice(3, 7);
    assert.deepEqual(
      parts.map((part) => JSON.parse(part.toString())),
      [sent.header, {}, { a: 1 }, { code: "é" }],
    );
    const hmac = createHmac("sha256", "secret");
    for (const part of parts) hmac.update(part);
    assert.equal(frames[2]?.toString(), hmac.digest("hex"));
    assert.deepEqual(frames.slice(7), [Buffer.from([1, 2]), Buffer.from([])]);
  });

  it("reads what it wrote, with several identities", () => {
    const sent = {
      ...message({ text: "ünï" }, [Buffer.from("raw")]),
      identities: [Buffer.from("a"), Buffer.from("b")],
    };
    const read = signed().decode(signed().encode(sent));
    assert.deepEqual(read.identities.map(String), ["a", "b"]);
    assert.deepEqual(read.header, sent.header);
    assert.deepEqual(read.content, { text: "ünï" });
    assert.deepEqual(read.metadata, { a: 1 });
    assert.deepEqual(read.buffers, [Buffer.from("raw")]);
  });

  it("puts another prefix where one is given: iopub's topic", () => {
    const frames = signed().encode(message(), [Buffer.from("stream")]);
    assert.equal(String(frames[0]), "stream");
    assert.equal(String(frames[1]), "<IDS|MSG>");
  });

  it("does not sign buffers", () => {
    const frames = signed().encode(message({}, [Buffer.from("one")]));
    frames[frames.length - 1] = Buffer.from("two");
    assert.deepEqual(signed().decode(frames).buffers, [Buffer.from("two")]);
  });

  it("refuses a changed frame, a wrong key and a missing signature", () => {
    const frames = signed().encode(message());
    const changed = [...frames];
    changed[6] = Buffer.from('{"code":"2"}');
    assert.throws(() => signed().decode(changed), RejectedFrames);
    assert.throws(() => new Wire({ key: "other", scheme: "hmac-sha256" }).decode(frames), RejectedFrames);
    const unsigned = new Wire({ key: "", scheme: "hmac-sha256" }).encode(message());
    assert.throws(() => signed().decode(unsigned), RejectedFrames);
  });

  it("with an empty key neither signs nor checks", () => {
    const open = new Wire({ key: "", scheme: "hmac-sha256" });
    const frames = open.encode(message());
    assert.equal(String(frames[2]), "");
    const forged = [...frames];
    forged[2] = Buffer.from("whatever");
    assert.deepEqual(open.decode(forged).content, { code: "1" });
    assert.deepEqual(open.decode(frames).content, { code: "1" });
  });

  it("refuses a message that it has seen before", () => {
    const wire = signed();
    const frames = signed().encode(message());
    wire.decode(frames);
    assert.throws(() => wire.decode(frames), /received before/);
  });

  it("signs with the hash that the scheme names, and knows no other", () => {
    const frames = new Wire({ key: "k", scheme: "hmac-sha512" }).encode(message());
    assert.equal(String(frames[2]).length, 128);
    assert.throws(() => new Wire({ key: "k", scheme: "rsa" }), /invalid signature_scheme/);
    assert.throws(() => new Wire({ key: "k", scheme: "hmac-nothing" }));
  });

  it("refuses malformed frames by name, whatever they are", () => {
    const open = new Wire({ key: "", scheme: "hmac-sha256" });
    const good = open.encode(message()).map((frame) => Buffer.from(frame));
    const withFrame = (index: number, text: string) =>
      good.map((frame, at) => (at === index ? Buffer.from(text) : frame));
    const cases: Buffer[][] = [
      [],
      [Buffer.from("nothing")],
      good.slice(0, 2),
      good.slice(0, 6),
      withFrame(3, "{"),
      withFrame(3, "[]"),
      withFrame(3, "null"),
      withFrame(3, '{"msg_id":"a"}'),
      withFrame(3, '{"msg_id":1,"msg_type":"x"}'),
      withFrame(4, "not json"),
      withFrame(6, '"text"'),
    ];
    for (const frames of cases) assert.throws(() => open.decode(frames), RejectedFrames);
  });

  it("writes numbers, strings and objects that JSON has no form for so that every front end can read them", () => {
    const open = new Wire({ key: "", scheme: "hmac-sha256" });
    const content = { big: 12n, half: "a\ud800b", pair: "🙂", backslash: "\\ud800", nan: Number.NaN, none: undefined };
    const read = open.decode(open.encode(message(content)));
    assert.deepEqual(read.content, {
      big: "12",
      half: "a\ufffdb",
      pair: "🙂",
      backslash: "\\ud800",
      nan: null,
    });
  });
});
