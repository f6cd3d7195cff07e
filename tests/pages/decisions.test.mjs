// What the pages decide by themselves, read aloud: run by tests/rules/test_pages.py with `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowOf, detailOf, instructionOf, isShown, withNews } from "../../static/js/call/movement.js";
import { HOLD_MS, SilentSign } from "../../static/js/call/silent-sign.js";
import { AskedStill, next as nextOfStill } from "../../static/js/call/asked-still.js";
import { Whereabouts } from "../../static/js/call/place.js";
import { isSoundAlone, weakness } from "../../static/js/call/quality.js";
import { next } from "../../static/js/call/state.js";
import { readDate, withSlashes, writeDate } from "../../static/js/lib/dates.js";
import { conflictOf, mustLook, shown, sourcesOf } from "../../static/js/lib/fields.js";
import { exactly } from "../../static/js/lib/zones.js";

test("a date is understood in each way people write it", () => {
  for (const written of ["31/12/1999", "31-12-1999", "31.12.1999", "31 12 1999", "31121999", " 31/12/1999 "]) {
    assert.equal(readDate(written), "1999-12-31");
  }
  assert.equal(readDate("1/2/2000"), "2000-02-01");
});

test("what is no day of the calendar is no date", () => {
  for (const written of ["", "31/02/1999", "29/02/2023", "00/01/2000", "01/13/2000", "1/1/99", "01/01/1899", "nay"]) {
    assert.equal(readDate(written), "");
  }
  assert.equal(readDate("29/02/2024"), "2024-02-29");
});

test("slashes come by themselves while digits are typed, and leave alone who types them", () => {
  assert.deepEqual(["3", "31", "311", "31/12", "31/121", "31121999"].map(withSlashes), ["3", "31", "31/1", "31/12", "31/12/1", "31/12/1999"]);
  assert.equal(withSlashes("1/2/2000"), "1/2/2000");
  assert.equal(writeDate("1999-12-31"), "31/12/1999");
  assert.equal(writeDate("none"), "none");
});

const field = (changes) => ({ name: "residence", value: "1 Phố Mẫu", doubtful: false, confidence: 0.9, source: "ocr", sources: { ocr: "1 Phố Mẫu" }, ...changes });
const view = { conflicts: [{ field: "issue_date", sources: { qr: "2022-01-05", ocr: "2021-01-05" } }] };

test("the customer looks at what is doubtful or contradicted, once", () => {
  const nothing = new Set();
  assert.equal(mustLook(view, field({}), nothing), false);
  assert.equal(mustLook(view, field({ doubtful: true }), nothing), true);
  assert.equal(mustLook(view, field({ name: "issue_date" }), nothing), true);
  assert.equal(mustLook(view, field({ doubtful: true }), new Set(["residence"])), false);
  assert.equal(mustLook(view, field({ doubtful: true, source: "typed" }), nothing), false);
  assert.equal(conflictOf(view, "number"), null);
});

test("a value names the sources that say the same; a typed one stands alone", () => {
  assert.deepEqual(sourcesOf(field({ sources: { ocr: "1 Phố Mẫu", qr: "1 Phố Mẫu", mrz: "?" } })), ["qr", "ocr"]);
  assert.deepEqual(sourcesOf(field({ source: "typed", sources: { typed: "2 Phố Mẫu", ocr: "1 Phố Mẫu" } })), ["typed"]);
  assert.equal(shown("sex", "F", (key) => key), "sex.F");
  assert.equal(shown("expiry_date", "none", (key) => key), "expiry.none");
  assert.equal(shown("birth_date", "1999-12-31", (key) => key), "31/12/1999");
});

const after = (...happenings) => happenings.reduce(next, "devices");

test("a call goes from the devices to the agent and comes back after a break", () => {
  assert.equal(after("devices.opened", "media.up", "agent.here"), "live");
  assert.equal(after("devices.opened", "media.up", "agent.here", "media.down"), "lost");
  assert.equal(after("devices.opened", "media.up", "agent.here", "media.down", "media.up", "agent.here"), "live");
  assert.equal(after("devices.opened", "media.up", "agent.here", "agent.gone"), "partner");
  assert.equal(after("devices.refused", "again", "devices.opened"), "joining");
});

test("a page whose place another one took stays out until it is asked", () => {
  const replaced = ["devices.opened", "media.up", "agent.here", "replaced"];
  assert.equal(after(...replaced, "media.down", "media.up", "agent.here"), "elsewhere");
  assert.equal(after(...replaced, "again", "devices.opened"), "joining");
  assert.equal(after("devices.opened", "media.up", "media.down", "replaced"), "elsewhere");
});

test("the agent counts only once our own media are up, and nothing follows the end", () => {
  assert.equal(after("devices.opened", "agent.here"), "joining");
  assert.equal(after("devices.opened", "media.up", "call.ended", "agent.here", "media.up", "again"), "over");
  assert.equal(after("devices.opened", "media.down", "join.refused"), "over");
});

const movement = (changes) => ({ id: "1", direction: "left", phase: "move", fraction: 0, state: "asked", reason: null, ...changes });

test("the own left is the left of the mirrored picture", () => {
  assert.equal(arrowOf(movement({})), "arrow-left");
  assert.equal(arrowOf(movement({ direction: "right" })), "arrow-right");
  assert.equal(arrowOf(movement({ phase: "calibrate" })), "scan-face");
  assert.equal(arrowOf(movement({ state: "passed" })), "check");
});

test("one instruction at a time", () => {
  const steps = ["calibrate", "move", "hold", "neutral"].map((phase) => instructionOf(movement({ phase })));
  assert.deepEqual(steps, ["move.front", "move.left", "move.hold", "move.neutral"]);
  assert.equal(instructionOf(movement({ state: "failed" })), "move.failed");
});

test("whoever closed the eyes is told to open them, and whoever is out of the picture to come back", () => {
  assert.equal(instructionOf(movement({ direction: "eyes", phase: "hold" })), "move.eyes");
  assert.equal(instructionOf(movement({ direction: "eyes", phase: "neutral" })), "move.neutral.eyes");
  assert.equal(arrowOf(movement({ direction: "eyes", phase: "neutral" })), "eye");
  assert.equal(instructionOf(movement({ phase: "lost" })), "move.lost");
  assert.equal(detailOf(movement({ phase: "lost" })), "move.lost.text");
  assert.equal(detailOf(movement({ direction: "number", phase: "say" })), "move.number.text");
  assert.equal(detailOf(movement({ phase: "neutral" })), "move.front.text");
});

test("the end of an earlier movement does not hide the one that is asked now", () => {
  const now = movement({ id: "2" });
  assert.equal(isShown(now, movement({ state: "failed" })), false);
  assert.equal(isShown(now, movement({ id: "2", state: "passed" })), true);
  assert.equal(isShown(null, movement({ state: "failed" })), true);
});

test("news of a movement takes its place in the order asked", () => {
  const [first, second] = [movement({}), movement({ id: "2", direction: "up" })];
  const told = withNews(withNews([first], second), movement({ state: "passed" }));
  assert.deepEqual(told.map(({ id, state }) => `${id} ${state}`), ["1 passed", "2 asked"]);
});

test("a photograph leaves the phone only after a look and a yes", () => {
  const walk = (...happenings) => happenings.reduce(nextOfStill, "asked");
  assert.equal(walk("send"), "asked");
  assert.equal(walk("open", "send"), "framing");
  assert.equal(walk("open", "take", "send"), "taking");
  assert.equal(walk("open", "take", "taken", "send", "arrived"), "sent");
  assert.equal(walk("open", "take", "taken", "send", "refused", "send"), "sending");
  assert.equal(walk("open", "take", "taken", "again"), "framing");
});

test("views of one document need one yes, another thing to photograph needs its own", () => {
  const still = new AskedStill(async () => {}, async () => {});
  const wish = (id, view, of = "document") => ({ id, of, view, left: 0 });
  still.hear(wish("1", "level"));
  assert.equal(still.step, "asked");
  still.happened("open");
  still.hear(wish("2", "left"));
  assert.equal(still.step, "framing");
  still.hear(wish("3", "hand", "face"));
  assert.equal(still.step, "asked");
});

test("a view that is no longer wanted is not taken when the seconds are over", async () => {
  const still = new AskedStill(async () => {}, async () => {});
  still.hear({ id: "1", of: "document", view: "left", left: 0 });
  still.happened("open");
  const counted = still.countDown(1);
  still.hear(null);
  assert.equal(await counted, false);
});

test("the silent sign wants two whole seconds, of a finger or of the one key", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let given = 0;
  const sign = new SilentSign(() => given++);
  const key = (/** @type {string} */ type, /** @type {string} */ key) => sign.key(/** @type {any} */ ({ type, key }));
  sign.begin();
  context.mock.timers.tick(HOLD_MS - 1);
  sign.end();
  context.mock.timers.tick(HOLD_MS);
  assert.equal(given, 0);
  sign.begin();
  context.mock.timers.tick(HOLD_MS);
  assert.equal(given, 1);
  key("keydown", "5");
  context.mock.timers.tick(HOLD_MS);
  key("keydown", "0");
  context.mock.timers.tick(HOLD_MS / 2);
  key("keydown", "0"); // a held key repeats
  context.mock.timers.tick(HOLD_MS / 2);
  assert.equal(given, 2);
  key("keyup", "0");
  key("keydown", "0");
  sign.leave(); // for another window, which hears the key come up
  context.mock.timers.tick(HOLD_MS);
  assert.equal(given, 2);
});

test("the customer's line is spoken of before the agent's, and a good one not at all", () => {
  assert.equal(weakness({}), "");
  assert.equal(weakness({ customer: "full", agent: "low" }), "agent-low");
  assert.equal(weakness({ customer: "least", agent: "low" }), "customer-least");
  assert.equal(isSoundAlone({ customer: "low" }), false);
  assert.equal(isSoundAlone({ customer: "full", agent: "sound" }), true);
});

const finder = () => {
  const told = { watching: 0 };
  return Object.assign(told, {
    watchPosition: (found, failed) => (Object.assign(told, { found, failed }), (told.watching = 7)),
    clearWatch: (id) => id === told.watching && (told.watching = 0),
  });
};
const spot = (latitude, longitude = 106.70091) => ({ coords: { latitude, longitude, accuracy: 12.4 } });

test("a place leaves the page rounded, and only when it is news", () => {
  const gps = finder();
  const whereabouts = new Whereabouts(gps);
  const heard = [];
  whereabouts.addEventListener("change", () => heard.push(whereabouts.place));
  whereabouts.begin(2);
  for (const latitude of [10.77689, 10.7771, 10.79]) gps.found(spot(latitude));
  gps.failed({ code: 2 });
  assert.deepEqual(heard.map(({ latitude, longitude }) => [latitude, longitude]), [[10.78, 106.7], [10.79, 106.7]]);
  gps.failed({ code: 1 });
  assert.deepEqual(heard.at(-1), { state: "refused" });
  whereabouts.end();
  assert.equal(gps.watching, 0);
});

test("a device that knows no place says so", () => {
  const gps = finder();
  const whereabouts = new Whereabouts(gps);
  whereabouts.begin(3);
  gps.failed({ code: 3 });
  assert.deepEqual(whereabouts.place, { state: "unavailable" });
});

test("a time that is named is the instant at which the bank's clock shows it, also where clocks change", () => {
  assert.equal(exactly("14:35", "2026-11-23T01:00:00Z", "Asia/Ho_Chi_Minh"), "2026-11-23T07:35:00.000Z");
  assert.equal(exactly("09:00", "2027-03-28T00:00:00Z", "Europe/Berlin"), "2027-03-28T07:00:00.000Z"); // put forward at two
  assert.equal(exactly("02:30", "2027-03-28T00:00:00Z", "Europe/Berlin"), null);
  assert.equal(exactly("09:00", "2026-10-25T00:00:00Z", "Europe/Berlin"), "2026-10-25T08:00:00.000Z"); // put back at three
});
