// What the camera's picture is judged by, on pictures drawn here: run by tests/rules/test_pages.py with `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceFor, begin, held, isHeld, next } from "../../static/js/capture/guide.js";
import { FRAME_PX, look, ROUND, sharpness } from "../../static/js/capture/look.js";
import { EVEN_BELOW, FINE_BELOW, GLARE_ABOVE, HOLD_MS, SAID_MS } from "../../static/js/capture/limits.js";

const GOOD = { light: 180, width: 0.95, inside: true, glare: 0, fineness: 0.8, evenness: 0.9, changed: 2, moved: 0.002 };

/** A table with a card of this width in the frame; `paint` may spoil it. */
function scene({ share = 0.95, table = 70, card = 200, paint = (grey) => grey } = {}) {
  const [width, height] = [Math.round(FRAME_PX * ROUND), Math.round((FRAME_PX / 1.585) * ROUND)];
  const [wide, high] = [FRAME_PX * share, (FRAME_PX * share) / 1.585];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const [right, down] = [x - width / 2 + wide / 2, y - height / 2 + high / 2];
    const isCard = right >= 0 && down >= 0 && right < wide && down < high;
    const isPrint = isCard && right > 0.3 * wide && right < 0.9 * wide && Math.floor(down / 4) % 4 === 2 && Math.floor(right / 3) % 2;
    const grey = paint(isPrint ? card / 4 : isCard ? card : table, x / width, y / height);
    data.set([grey, grey, grey, 255], (y * width + x) * 4);
  }
  return { data, width, height };
}

test("a card that fills the frame is found, as large as it is", () => {
  for (const share of [0.75, 0.95, 1.05]) {
    const { outline, light, glare } = look(scene({ share }));
    assert.ok(outline && Math.abs(outline.width / FRAME_PX - share) < 0.03, `${share}: ${outline?.width}`);
    assert.ok(light > 150 && glare === 0);
  }
});

test("an empty table holds no card, and neither does a card that is far away", () => {
  assert.equal(look(scene({ share: 0 })).outline, null);
  assert.equal(look(scene({ share: 0.3 })).outline, null);
});

test("a reflection over the card is seen, a white card in the light is none", () => {
  const shining = (grey, x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.2 ? 255 : grey);
  assert.ok(look(scene({ paint: shining })).glare > GLARE_ABOVE);
  assert.equal(look(scene({ card: 236 })).glare, 0);
});

/** Print, out of focus or moved sideways. */
function print({ blur = 0, moved = 0 }) {
  const [width, height] = [160, 80];
  const ink = (x, y) => (Math.hypot((x % 26) - 13, (y % 22) - 11) < 8 ? 30 : 220);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    let [sum, n] = [0, 0];
    for (let dy = -2 * blur; dy <= 2 * blur; dy++) for (let dx = -2 * blur - moved; dx <= 2 * blur + moved; dx++) {
      const weight = blur ? Math.exp(-(dx * dx + dy * dy) / (2 * blur * blur)) : 1;
      [sum, n] = [sum + weight * ink(x + dx + 20, y + dy + 20), n + weight];
    }
    data.set([sum / n, sum / n, sum / n, 255], (y * width + x) * 4);
  }
  return sharpness({ data, width, height });
}

test("print in focus is told from print out of focus, and from print that moved", () => {
  const sharp = print({});
  assert.ok(sharp.fineness > FINE_BELOW && sharp.evenness > EVEN_BELOW, JSON.stringify(sharp));
  assert.ok(print({ blur: 3 }).fineness < FINE_BELOW);
  assert.ok(print({ moved: 12 }).evenness < EVEN_BELOW);
});

test("print whose lines run two ways only is not taken for moved while the picture stands still", () => {
  assert.equal(adviceFor({ ...GOOD, evenness: 0.4 }), "still");
  assert.equal(adviceFor({ ...GOOD, evenness: 0.4, changed: 0.5 }), "steady");
});

test("one thing is told at a time, the most needed first", () => {
  assert.equal(adviceFor(GOOD), "steady");
  const wrong = { light: 20, width: null, inside: false, glare: 0.3, changed: 30, moved: 1, fineness: 0.1, evenness: 0.1 };
  const told = ["light", "width", "inside", "changed", "moved", "glare", "fineness", "evenness"].reduce((said, mended) => {
    said.push(adviceFor(wrong));
    wrong[mended] = GOOD[mended];
    return said;
  }, []);
  assert.deepEqual(told, ["dark", "place", "further", "still", "still", "glare", "focus", "still"]);
  assert.deepEqual([{ light: 255 }, { width: 0.5 }, { width: 1.2 }].map((more) => adviceFor({ ...GOOD, ...more })), ["bright", "nearer", "further"]);
});

test("a sentence stands until it was read, and nothing that flickers is said", () => {
  let guide = begin(0);
  for (let now = 0; now < SAID_MS; now += 100) guide = next(guide, "dark", now);
  assert.equal(guide.said, "place");
  guide = next(guide, "dark", SAID_MS);
  assert.equal(guide.said, "dark");
  for (let now = 1000; now < 4000; now += 100) guide = next(guide, now % 200 ? "glare" : "dark", now);
  assert.equal(guide.said, "dark");
});

test("the picture takes itself once all held for a moment, not before", () => {
  let guide = next(begin(0), "steady", 100);
  assert.ok(!isHeld(next(guide, "steady", HOLD_MS), HOLD_MS));
  guide = next(guide, "still", 400);
  assert.equal(held(guide, 400), 0);
  guide = next(guide, "steady", 500);
  assert.ok(isHeld(next(guide, "steady", 500 + HOLD_MS), 500 + HOLD_MS));
});
