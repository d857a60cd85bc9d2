// One line of what doctor reports. Made by package-findings.ts and jupyter-findings.ts, printed by doctor.ts.

export interface Finding {
  name: string;
  /** "missing" parts break something; "optional" ones only take a possibility away. */
  status: "ok" | "optional" | "missing";
  /** A version, a path, what is wrong. */
  detail: string;
  /** The command that mends it. */
  mend?: string;
}
