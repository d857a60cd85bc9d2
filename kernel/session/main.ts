// Starts one session: reads the connection file, binds the sockets, brings up compiler and worker, and ends with its
// front end. Called by `cellgrad kernel`.
import { HeaderMaker } from "../protocol/message.js";
import { portNames, readConnectionFile, writeConnectionFile } from "../transport/connection-file.js";
import { Sockets } from "../transport/sockets.js";
import { Dispatch } from "./dispatch.js";
import { HistoryFolder } from "./history-folder.js";
import { watchLifetime } from "./lifetime.js";
import { log } from "./log.js";
import { Session } from "./session.js";

export interface StartOptions {
  connectionFile: string;
  /** The notebook's folder; by default the current one, where Jupyter starts a kernel. */
  directory?: string;
}

/** Resolves when the session is over and everything it started has ended. */
export async function startSession(options: StartOptions): Promise<void> {
  const requested = readConnectionFile(options.connectionFile);
  const headers = new HeaderMaker("kernel");
  const channels = await Sockets.bind(requested, headers, log);
  const session = new Session({
    directory: options.directory ?? process.cwd(),
    connection: channels.connection,
    channels,
    headers,
    historyFolder: HistoryFolder.default(),
  });
  const dispatch = new Dispatch(session, channels);
  session.publisher.publish("status", { execution_state: "starting" }, {});
  // Whoever subscribes now is greeted before anything else.
  await channels.flushed();
  channels.listen((channel, message) => dispatch.receive(channel, message));
  // Only now: whoever waits for the file's ports finds a kernel that answers.
  if (portNames.some((name) => requested[name] === 0)) writeConnectionFile(options.connectionFile, channels.connection);
  const unwatch = watchLifetime(session);
  await session.finished;
  await session.close();
  unwatch();
  await channels.close();
}
