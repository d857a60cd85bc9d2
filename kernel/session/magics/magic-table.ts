// All magics, by name, and who is meant when a name is not there. Used by run-magic-head.
import { CellFailure } from "../cell-failure.js";
import { nearestNames } from "./edit-distance.js";
import { help } from "./help.js";
import type { Magic } from "./magic.js";
import { npm } from "./npm.js";
import { reset } from "./reset.js";
import { typecheck } from "./typecheck.js";
import { who } from "./who.js";

/** `%time` is not among them: it belongs to the code behind it, see magic-head. */
const timeName = "time";
export const magics: readonly Magic[] = [help, npm, reset, typecheck, who];

export function findMagic(name: string): Magic {
  const magic = magics.find((candidate) => candidate.name === name);
  if (magic) return magic;
  const near = nearestNames(name, [...magics.map((candidate) => candidate.name), timeName]);
  const meant = near.length > 0 ? ` Did you mean ${near.map((one) => `%${one}`).join(" or ")}?` : "";
  throw CellFailure.of("UnknownMagic", `there is no %${name}.${meant} %help lists the magics.`);
}
