// How comm messages of a front end are read.
import assert from "node:assert/strict";
import { isNoticeType, readComm, readCommOpen } from "../../../kernel/protocol/notices.js";

describe("notices", () => {
  it("reads comm messages, data being optional", () => {
    assert.deepEqual(readComm({ comm_id: "a", data: { x: 1 } }), { comm_id: "a", data: { x: 1 } });
    assert.deepEqual(readComm({ comm_id: "a" }), { comm_id: "a", data: {} });
    assert.deepEqual(readCommOpen({ comm_id: "a", target_name: "t" }), { comm_id: "a", target_name: "t", data: {} });
  });

  it("refuses what names no comm or no target", () => {
    assert.throws(() => readComm({}), /invalid comm_id; expected a string/);
    assert.throws(() => readComm({ comm_id: "a", data: [1] }), /invalid data; expected an object/);
    assert.throws(() => readCommOpen({ comm_id: "a" }), /invalid target_name; expected a string/);
  });

  it("knows the three types", () => {
    assert.deepEqual(["comm_open", "comm_msg", "comm_close", "comm_info_request"].map(isNoticeType), [
      true,
      true,
      true,
      false,
    ]);
  });
});
