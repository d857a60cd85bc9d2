// All magics, by name, and who is meant when a name is not there. Used by run-magic, and by execution before anything runs.
import { CellFailure } from "../cell-failure.js";
import { nearestNames } from "./edit-distance.js";
import { help } from "./help.js";
import type { Magic, MagicDescription } from "./magic.js";
import { npm } from "./npm.js";
import { reset } from "./reset.js";
import { time } from "./time.js";
import { typecheck } from "./typecheck.js";
import { who } from "./who.js";

export const magics: readonly Magic[] = [help, npm, reset, typecheck, who];

/** Also `%time`, which magic-lines takes care of. */
export const described: readonly MagicDescription[] = [...magics, time].sort((a, b) => a.name.localeCompare(b.name));

export function findMagic(name: string): Magic {
  const magic = magics.find((candidate) => candidate.name === name);
  if (magic) return magic;
  const near = nearestNames(
    name,
    described.map((candidate) => candidate.name),
  );
  const meant = near.length > 0 ? ` Did you mean ${near.map((one) => `%${one}`).join(" or ")}?` : "";
  throw CellFailure.of("UnknownMagic", `there is no %${name}.${meant} %help lists the magics.`);
}
