// How the content of requests is read: the specification's defaults, and what is refused.
import assert from "node:assert/strict";
import { isRequestType, replyTo, requestReaders } from "../../../kernel/protocol/requests.js";

describe("requests", () => {
  it("names the reply of every request", () => {
    assert.equal(replyTo("execute_request"), "execute_reply");
    assert.equal(replyTo("is_complete_request"), "is_complete_reply");
    for (const type of Object.keys(requestReaders)) assert.ok(isRequestType(type));
    assert.ok(!isRequestType("debug_request"));
    assert.ok(!isRequestType("toString"));
  });

  it("fills in execute's defaults", () => {
    assert.deepEqual(requestReaders.execute_request({ code: "1" }), {
      code: "1",
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
  });

  it("lets silent force store_history to false", () => {
    const { store_history } = requestReaders.execute_request({ code: "", silent: true, store_history: true });
    assert.equal(store_history, false);
  });

  it("takes null for absent, as some clients send it", () => {
    const content = requestReaders.execute_request({ code: "", user_expressions: null, silent: null });
    assert.deepEqual([content.user_expressions, content.silent], [{}, false]);
    const history = requestReaders.history_request({ hist_access_type: "tail", n: null, stop: null, pattern: null });
    assert.deepEqual([history.n, history.stop, history.pattern], [null, null, "*"]);
  });

  it("puts a missing cursor at the end", () => {
    assert.equal(requestReaders.complete_request({ code: "🙂ab" }).cursor_pos, 3);
  });

  const refused: [keyof typeof requestReaders, Record<string, unknown>, RegExp][] = [
    ["execute_request", {}, /invalid code; expected a string/],
    ["execute_request", { code: 3 }, /invalid code; expected a string: 3/],
    ["execute_request", { code: "", silent: "yes" }, /invalid silent; expected true or false: "yes"/],
    [
      "execute_request",
      { code: "", user_expressions: { a: 1 } },
      /invalid user_expressions; expected an object of strings/,
    ],
    ["execute_request", { code: "", user_expressions: ["a"] }, /invalid user_expressions/],
    ["complete_request", { code: "a", cursor_pos: "1" }, /invalid cursor_pos; expected an integer: "1"/],
    ["history_request", { hist_access_type: "all" }, /invalid hist_access_type/],
    ["history_request", { hist_access_type: "tail", n: 1.5 }, /invalid n; expected an integer/],
  ];
  for (const [type, content, rule] of refused) {
    it(`refuses ${type} with ${JSON.stringify(content)}`, () => {
      assert.throws(() => requestReaders[type](content), rule);
    });
  }
});
