// comm_open, comm_msg and comm_close from the front end: noted, and passed to the worker in the order they came.
import type { CommMessage } from "../../ipc/cell-messages.js";
import type { Message } from "../../protocol/message.js";
import { type NoticeType, readComm, readCommOpen } from "../../protocol/notices.js";
import type { Session } from "../session.js";

export async function handleComm(session: Session, type: NoticeType, message: Message): Promise<void> {
  const comm = commMessage(type, message);
  session.comms.observe(comm);
  const { id } = session.cells.openComm(message);
  await session.commsInOrder.run(async () => {
    // Not before the cell that was sent before it, whose code may register the target; but while it runs, as it may wait
    // for just this message.
    await session.running?.delivered;
    await session.worker.ready();
    session.worker.send({ type: "comm", cell: id, comm });
  });
}

function commMessage(type: NoticeType, message: Message): CommMessage {
  const { metadata, buffers } = message;
  if (type === "comm_open") {
    const { comm_id, target_name, data } = readCommOpen(message.content);
    return { kind: "open", commId: comm_id, targetName: target_name, data, metadata, buffers };
  }
  const { comm_id, data } = readComm(message.content);
  return { kind: type === "comm_msg" ? "msg" : "close", commId: comm_id, data, metadata, buffers };
}
