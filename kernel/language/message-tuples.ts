// How messages cross the pipes to the compiler's process: an array of three in MessagePack, a small number and two byte
// strings. Pure; used by compiler-connection.ts.

const arrayOfThree = 0x93;
const uint8 = 0xcc;
const bin = { 1: 0xc4, 2: 0xc5, 4: 0xc6 };
const largestFixedInteger = 0x7f;

export function encodeTuple(type: number, name: string, payload: string): Buffer {
  const parts: Uint8Array[] = [Buffer.from([arrayOfThree, type])];
  for (const text of [name, payload]) {
    const bytes = Buffer.from(text);
    parts.push(binHeader(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

function binHeader(length: number): Buffer {
  const size = length < 2 ** 8 ? 1 : length < 2 ** 16 ? 2 : 4;
  const header = Buffer.alloc(1 + size);
  header[0] = bin[size];
  header.writeUIntBE(length, 1, size);
  return header;
}

/** Collects chunks of any size and hands over each tuple that is complete. */
export class TupleReader {
  private chunks: Buffer[] = [];
  private received = 0;
  /** Bytes that must be there before there is something to read. */
  private needed = 2;

  constructor(private readonly receive: (type: number, name: string, payload: Buffer) => void) {}

  /** @throws when the bytes are no such tuple */
  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
    while (this.received >= this.needed) {
      const data = this.chunks.length === 1 ? (this.chunks[0] ?? chunk) : Buffer.concat(this.chunks);
      const end = this.read(data);
      const rest = end === undefined ? data : data.subarray(end);
      if (end !== undefined) this.needed = 2;
      this.chunks = rest.length > 0 ? [rest] : [];
      this.received = rest.length;
    }
  }

  /** Hands over the tuple that begins `data` and answers where it ends; or sets what is needed for it. */
  private read(data: Buffer): number | undefined {
    if (data[0] !== arrayOfThree) throw new Error(`invalid message; expected an array of three: ${data[0]}`);
    let at = 1;
    if (data[at] === uint8) at += 1;
    else if ((data[at] ?? 0) > largestFixedInteger) throw new Error(`invalid message type: ${data[at]}`);
    const type = data[at] ?? 0;
    at += 1;
    const name = this.readBin(data, at);
    if (!name) return undefined;
    const payload = this.readBin(data, name.end);
    if (!payload) return undefined;
    this.receive(type, name.bytes.toString(), payload.bytes);
    return payload.end;
  }

  private readBin(data: Buffer, at: number): { bytes: Buffer; end: number } | undefined {
    const marker = data[at];
    if (marker === undefined) return this.need(at + 1);
    const size = marker === bin[1] ? 1 : marker === bin[2] ? 2 : marker === bin[4] ? 4 : undefined;
    if (size === undefined) throw new Error(`invalid message; expected bytes: ${marker}`);
    const start = at + 1 + size;
    if (data.length < start) return this.need(start);
    const end = start + data.readUIntBE(at + 1, size);
    return data.length < end ? this.need(end) : { bytes: data.subarray(start, end), end };
  }

  private need(bytes: number): undefined {
    this.needed = bytes;
  }
}
