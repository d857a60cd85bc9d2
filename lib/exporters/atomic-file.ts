// The engine's atomic writing, for the folders that write models and know the engine by what exports. Used by exporters, compress, deploy.
export { writeFileAtomically, writeFolderAtomically } from "../engine/atomic-file.js";
