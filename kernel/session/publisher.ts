// Everything that is broadcast on iopub, each message under the header of the request that caused it. Dispatch, cells and
// comms publish through it.
import type { HeaderMaker, JsonObject, ParentHeader } from "../protocol/message.js";
import type { Publications, PublicationType } from "../protocol/publications.js";
import type { Channels } from "../transport/channels.js";

export class Publisher {
  constructor(
    readonly channels: Channels,
    readonly headers: HeaderMaker,
  ) {}

  publish<T extends PublicationType>(
    type: T,
    content: Publications[T],
    parentHeader: ParentHeader,
    extra: { metadata?: JsonObject; buffers?: Uint8Array[] } = {},
  ): void {
    this.channels.publish({
      identities: [],
      header: this.headers.make(type),
      parentHeader,
      metadata: extra.metadata ?? {},
      content,
      buffers: extra.buffers ?? [],
    });
  }
}
