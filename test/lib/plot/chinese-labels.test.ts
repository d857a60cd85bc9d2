// The font that comes along has no Chinese letters. Where the system has a font with them, labels show; where it has none, each
// letter is an empty box as wide as the letter. Both are asserted, by what this system has.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { drawPNG } from "../../../lib/plot/draw.js";
import { classBalance } from "../../../lib/plot/index.js";

/** Where fonts are, and what those with Chinese letters are called, for systems without fontconfig. */
const folders = [
  "/usr/share/fonts",
  "/usr/local/share/fonts",
  join(homedir(), ".fonts"),
  join(homedir(), ".local/share/fonts"),
  "/System/Library/Fonts",
  "/Library/Fonts",
  "C:\\Windows\\Fonts",
];
const known =
  /cjk|wqy|uming|ukai|droidsansfallback|source-?han|pingfang|heiti|hiragino ?sans ?gb|msyh|simsun|simhei|arial unicode/i;

function hasChineseFont(): boolean {
  try {
    return (
      execFileSync("fc-list", [":lang=zh"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() !== ""
    );
  } catch {
    const files = folders.filter(existsSync).flatMap((folder) => readdirSync(folder, { recursive: true }).map(String));
    return files.some((file) => known.test(file));
  }
}

const chartOf = (name: string) => classBalance([1, 2], { classNames: [name, "x"] });

interface Drawn {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly dark: number;
}

async function pixelsOf(svg: string): Promise<Drawn> {
  const png = await drawPNG(svg, 1);
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, dark: data.filter((value) => value < 200).length };
}

describe("plot: Chinese labels", () => {
  it("are letters where the system has a font with them, else a box each", async () => {
    const cat = await pixelsOf(await chartOf("猫").toSVG());
    const dog = await pixelsOf(await chartOf("狗").toSVG());
    const none = await pixelsOf((await chartOf("猫").toSVG()).replaceAll("猫</text>", "</text>"));
    for (const letter of [cat, dog]) {
      assert.deepEqual([letter.width, letter.height], [none.width, none.height]);
      assert.ok(letter.dark > none.dark + 15, `${letter.dark}, ${none.dark}`);
    }
    assert.equal(cat.data.equals(dog.data), !hasChineseFont());
  });

  it("are text in the SVG, whatever fonts there are", async () => {
    assert.match(await chartOf("猫").toSVG(), />猫<\/text>/);
  });

  it("keep their place: two letters are wider than one", async () => {
    const [one, two] = await Promise.all(["猫", "猫狗"].map(async (name) => pixelsOf(await chartOf(name).toSVG())));
    assert.equal((two?.width ?? 0) - (one?.width ?? 0), 11);
  });
});
