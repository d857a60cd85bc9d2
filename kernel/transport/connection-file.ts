// The connection file: where a kernel listens and how messages are signed. Jupyter writes it and the kernel reads it; a
// port of 0 means that the kernel chooses, and writes the file again.
// https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
import { readFileSync, renameSync, writeFileSync } from "node:fs";

export interface ConnectionInfo {
  transport: "tcp" | "ipc";
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  key: string;
  signature_scheme: string;
  /** Both present where the client encrypts its connections. */
  curve_publickey?: string;
  curve_secretkey?: string;
}

export const portNames = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
export type PortName = (typeof portNames)[number];

export function readConnectionFile(file: string): ConnectionInfo {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`invalid connection file; expected a JSON file: ${file} (${messageOf(error)})`);
  }
  if (typeof content !== "object" || content === null) {
    throw new Error(`invalid connection file; expected a JSON object in it: ${file}`);
  }
  return readConnection(content as Record<string, unknown>);
}

/** Replaces the file at once, so that nobody reads half of it; readable by its owner only, as it holds the key. */
export function writeConnectionFile(file: string, connection: ConnectionInfo): void {
  const next = `${file}.${process.pid}.tmp`;
  writeFileSync(next, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}

export function readConnection(content: Record<string, unknown>): ConnectionInfo {
  const transport = content.transport ?? "tcp";
  if (transport !== "tcp" && transport !== "ipc") throw invalid("transport", '"tcp" or "ipc"', transport);
  const ports = Object.fromEntries(portNames.map((name) => [name, readPort(name, content[name])]));
  const publicKey = optionalText(content, "curve_publickey");
  const secretKey = optionalText(content, "curve_secretkey");
  return {
    transport,
    ip: optionalText(content, "ip") ?? "127.0.0.1",
    ...(ports as Record<PortName, number>),
    key: optionalText(content, "key") ?? "",
    signature_scheme: optionalText(content, "signature_scheme") ?? "hmac-sha256",
    ...(publicKey && secretKey ? { curve_publickey: publicKey, curve_secretkey: secretKey } : {}),
  };
}

/** ZeroMQ's name of one socket's end. */
export function endpoint(connection: ConnectionInfo, port: PortName): string {
  const number = connection[port];
  if (connection.transport === "ipc") return `ipc://${connection.ip}-${number}`;
  const host = connection.ip.includes(":") && !connection.ip.startsWith("[") ? `[${connection.ip}]` : connection.ip;
  return `tcp://${host}:${number === 0 ? "*" : number}`;
}

function readPort(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 65_535) {
    throw invalid(name, "a port between 0 and 65535", value);
  }
  return value;
}

function optionalText(content: Record<string, unknown>, name: string): string | undefined {
  const value = content[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(name, "a string", value);
  return value;
}

function invalid(name: string, rule: string, value: unknown): Error {
  return new Error(`invalid ${name} in the connection file; expected ${rule}: ${JSON.stringify(value)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
