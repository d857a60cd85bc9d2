// What `ml` is in a cell.
export { Environment, environment } from "./engine/environment.js";
