// What the staff's pages decide by themselves, read aloud: run by tests/rules/test_pages.py with `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { grade } from "../../static/js/call/quality.js";
import { movementsOf, passedCount, sceneOf, standing } from "../../static/js/desk/scene.js";
import { next } from "../../static/js/desk/stand.js";
import { curve, minutes, stretches } from "../../static/js/file/line.js";
import { marksOf, ticks } from "../../static/js/file/marks.js";
import { areLost, arePartly, covers, tracksOf, wholeLength } from "../../static/js/file/playback.js";
import { halfSeconds, line, signedPeak, strips, summit } from "../../static/js/file/plot.js";
import { conflictOf, folded, mark } from "../../static/js/ui/comparison.js";
import { grouped } from "../../static/js/ui/missing.js";

const desk = (changes) => ({ state: "available", call: null, ...changes });

test("the desk shows what its state says", () => {
  assert.equal(sceneOf(desk({})), "idle");
  assert.equal(sceneOf(desk({ state: "away" })), "idle");
  assert.equal(sceneOf(desk({ state: "ringing", call: { id: "1" } })), "ringing");
  assert.equal(sceneOf(desk({ state: "in_call", call: { id: "1" } })), "call");
  assert.equal(sceneOf(desk({ state: "wrap_up", call: { id: "1" } })), "wrap-up");
});

const after = (...happenings) => happenings.reduce(next, "devices");

test("an agent meets the customer, loses the line and finds back", () => {
  assert.equal(after("devices.opened", "media.up", "customer.here"), "live");
  assert.equal(after("devices.opened", "media.up", "customer.here", "customer.gone"), "gone");
  assert.equal(after("devices.opened", "media.up", "customer.here", "customer.gone", "customer.here"), "live");
  assert.equal(after("devices.opened", "media.up", "customer.here", "media.down", "media.up", "customer.here"), "live");
  assert.equal(after("devices.refused", "again", "devices.opened"), "joining");
});

test("a desk whose place another page took stays out until it is asked", () => {
  const replaced = ["devices.opened", "media.up", "customer.here", "replaced"];
  assert.equal(after(...replaced, "media.down", "media.up", "customer.here"), "elsewhere");
  assert.equal(after(...replaced, "again", "devices.opened"), "joining");
  assert.equal(after("devices.opened", "media.up", "media.down", "replaced"), "elsewhere");
});

test("the customer counts only once our own media are up, and nothing follows the end", () => {
  assert.equal(after("devices.opened", "customer.here"), "joining");
  assert.equal(after("devices.opened", "media.up", "call.ended", "customer.here", "media.up", "again"), "over");
});

const movement = (changes) => ({ id: "1", direction: "left", state: "passed", peak_deg: 30, seconds: 4, threshold_deg: 20, call_s: 8, series: [], ...changes });

test("a movement once passed stays passed, unless it is being asked again", () => {
  const asked = [movement({ state: "failed" }), movement({ id: "2" }), movement({ id: "3", state: "failed" })];
  assert.equal(standing(asked, "left").id, "2");
  assert.equal(standing([...asked, movement({ id: "4", state: "asked" })], "left").id, "4");
  assert.equal(standing(asked, "up"), undefined);
  const call = { movements: [...asked, movement({ direction: "front" })], sequences: [], equivalent: null, needed: ["left", "right"] };
  assert.equal(passedCount({ calls: [call] }), 1);
});

test("a whole sequence stands for what is measured, in the set it was drawn from", () => {
  const call = { movements: [], equivalent: "no-turning", needed: ["eyes", "smile", "closer", "number"] };
  const drawn = (changes) => ({ calls: [{ ...call, sequences: [{ state: "passed", equivalent: "no-turning", ...changes }] }] });
  assert.equal(passedCount(drawn({})), 3);
  assert.equal(passedCount(drawn({ equivalent: null })), 0);
  assert.equal(passedCount(drawn({ state: "failed" })), 0);
});

test("only what the customer did in the latest call counts", () => {
  const calls = ["broken off", "this one"].map((id) => ({ movements: [movement({ id })] }));
  assert.deepEqual(movementsOf({ calls }).map(({ id }) => id), ["this one"]);
  assert.deepEqual(movementsOf({ calls: [] }), []);
});

test("a line is as good as its worst figure", () => {
  const fine = { loss: 0, rtt_ms: 40, fps: 24 };
  assert.equal(grade(fine), "good");
  assert.equal(grade({ ...fine, rtt_ms: null }), "good");
  assert.equal(grade({ ...fine, loss: 0.03 }), "fair");
  assert.equal(grade({ ...fine, rtt_ms: 900 }), "poor");
  assert.equal(grade({ ...fine, fps: 1 }), "poor");
});

const field = (changes) => ({ name: "full_name", value: "Đỗ Mỹ Linh", typed: null, sources: { ocr: "Đỗ Mỹ Linh", mrz: "DO MY LINH" }, ...changes });

test("a mark says who agrees; the machine-readable zone has no diacritics", () => {
  assert.equal(folded("Đỗ  Mỹ Linh"), "DO MY LINH");
  const conflict = conflictOf([{ field: "full_name", sources: {} }], "full_name");
  assert.equal(mark(field({}), "mrz", conflict, false), "ok");
  assert.equal(mark(field({ sources: { ocr: "Đỗ Mỹ Lin" } }), "ocr", conflict, false), "bad");
  assert.equal(mark(field({}), "qr", undefined, false), "na");
});

test("what the customer confirmed without a change is agreed to; what was written anew is an edit", () => {
  assert.equal(mark(field({}), "typed", undefined, false), "na");
  assert.equal(mark(field({}), "typed", undefined, true), "ok");
  assert.equal(mark(field({ typed: "Đỗ Mỹ Linh" }), "typed", undefined, true), "ok");
  assert.equal(mark(field({ typed: "Đỗ Mỹ Lính" }), "typed", undefined, true), "edit");
  assert.equal(mark(field({ typed: "Đỗ Mỹ Linh", sources: {} }), "typed", undefined, true), "ok");
});

test("what an approval lacks is counted where it can be, said where it cannot", () => {
  const codes = ["call", "movement-left", "movement-up", "check-alone"];
  const { counted, others } = grouped(codes.map((code) => ({ code, message: code })));
  assert.deepEqual(counted, [{ group: "movement", codes: ["movement-left", "movement-up"] }, { group: "check", codes: ["check-alone"] }]);
  assert.deepEqual(others.map(({ code }) => code), ["call"]);
});

const recording = (changes) => ({ id: "r", party: "customer", state: "finished", offset_ms: 0, duration_ms: 60_000, url: "/r", ...changes });

test("recordings lie on the call's clock; one that is not finished is not played", () => {
  const tracks = tracksOf([recording({}), recording({ id: "s", offset_ms: 70_000, duration_ms: 5_000 }), recording({ state: "finishing" })]);
  assert.equal(wholeLength(tracks), 75);
  assert.equal(wholeLength([]), 0);
  assert.deepEqual([0, 59.9, 60, 65, 70].map((at) => tracks.map((track) => covers(track, at))), [[true, false], [true, false], [false, false], [false, false], [false, true]]);
});

test("marks are the events of this call that a look at the recording helps to judge", () => {
  const call = { rang_at: "2026-11-22T01:00:00Z", live_at: "2026-11-22T01:00:05Z", ended_at: "2026-11-22T01:02:00Z" };
  const event = (name, minute, call_s) => ({ name, at: `2026-11-22T01:0${minute}:30Z`, call_s });
  const timeline = [event("call.dropped", 1, 85), event("movement.asked", 1, 85), event("call.dropped", 3, 12), event("decision.made", 1, null)];
  assert.equal(marksOf({ timeline }, call).length, 1);
});

test("the time line never has more than six figures", () => {
  for (const length_s of [9, 60, 72, 402, 1800]) assert.ok(ticks(length_s).length <= 6);
  assert.deepEqual(ticks(42), [0, 10, 20, 30, 40]);
});

const turn = movement({ series: [[0, 0, 1], [1, 20, 1], [2, null, null], [3, 35, 1], [4, 0, 1]] });

test("the plot gives each movement a strip, breaks where no face was seen, and flags the peak", () => {
  const [first, second] = strips([turn, movement({ series: [] }), movement({ direction: "down", peak_deg: 17, series: [[0, 0, 0], [4, 0, -17]] })]);
  assert.deepEqual([first.from, first.to, second.from, second.to], [0, 500, 500, 1000]);
  assert.equal(line(first, "yaw").match(/M/g).length, 2);
  assert.equal(summit(first).x, 375);
  assert.equal(signedPeak(second.movement), -17);
  assert.equal(summit({ ...first, movement: { ...turn, direction: "front" } }), null);
});

test("the table has one row every half second", () => {
  const series = Array.from({ length: 21 }, (_, at) => [at / 10, at, 0, 0]);
  assert.deepEqual(halfSeconds(series).map(({ at_s, measure }) => [at_s, measure[1]]), [[0, 0], [0.5, 5], [1, 10], [1.5, 15], [2, 20]]);
});

test("recordings are lost when none of them is left or still to come", () => {
  const states = (...all) => areLost(all.map((state) => ({ state })));
  assert.equal(states("lost", "lost"), true);
  assert.equal(states("lost", "finishing"), false);
  assert.equal(states("lost", "finished"), false);
  assert.equal(states(), false);
});

test("a part is missing when a recording broke off or one of several is lost, not when all is lost", () => {
  assert.equal(arePartly([recording({ is_whole: true })]), false);
  assert.equal(arePartly([recording({ is_whole: null })]), false); // older than the question
  assert.equal(arePartly([recording({ is_whole: true }), recording({ is_whole: false })]), true);
  assert.equal(arePartly([recording({ is_whole: true }), recording({ state: "lost", is_whole: null })]), true);
  assert.equal(arePartly([recording({ state: "lost", is_whole: null })]), false);
  assert.equal(arePartly([]), false);
});

test("what is not finished is played as far as it went when somebody asked", () => {
  const growing = recording({ state: "writing", duration_ms: null });
  assert.deepEqual(tracksOf([growing]), []);
  const [track] = tracksOf([growing], new Map([["r", { url: "/r?to=9", duration_ms: 9_000 }]]));
  assert.deepEqual([track.ends_s, track.url], [9, "/r?to=9"]);
  const over = new Map([["r", { url: "/r?to=9", duration_ms: 9_000 }]]);
  assert.equal(tracksOf([recording({})], over)[0].url, "/r");
});

const bounds = { weak: { loss: 0.1, rtt_ms: 600 }, bad: { loss: 0.2, rtt_ms: 1200 } };
const second = (at, changes = {}) => {
  const { kbps = 900, loss = 0, rtt = 20 } = changes;
  return [at, kbps, loss, rtt, 30, 640, 480];
};
const seconds = (from, to, changes) => Array.from({ length: to - from }, (_, n) => second(from + n, changes));

test("a line's troubles are stretches: weak, bad, and nothing at all", () => {
  const customer = [...seconds(0, 10), ...seconds(10, 14, { loss: 0.15 }), ...seconds(14, 16, { loss: 0.4 }), ...seconds(16, 30)];
  const agent = [...seconds(0, 5), ...seconds(20, 30, { kbps: 0 })];
  const line = { customer, agent, ...bounds };
  assert.deepEqual(stretches(line, "customer", 30), [{ grade: "bad", from_s: 10, to_s: 16, worst: 0.4 }]);
  assert.deepEqual(stretches(line, "agent", 40), [{ grade: "gone", from_s: 5, to_s: 40, worst: 1 }]);
  assert.deepEqual(stretches({ ...line, customer: seconds(0, 30) }, "customer", 30), []);
});

test("a second that was not measured is no trouble, and a slow way is one", () => {
  const skipped = seconds(0, 20).filter(([at]) => at !== 7);
  assert.deepEqual(stretches({ customer: skipped, agent: [], ...bounds }, "customer", 20), []);
  const slow = [...seconds(0, 5), ...seconds(5, 9, { rtt: 900 })];
  assert.deepEqual(stretches({ customer: slow, agent: [], ...bounds }, "customer", 9)[0].grade, "weak");
});

test("the table has a row for each minute and says what is missing", () => {
  const rows = minutes([...seconds(0, 50), ...seconds(60, 90, { kbps: 400, loss: 0.1 })], 95.6);
  assert.deepEqual(rows.map(({ kbps, missing }) => [kbps, missing]), [[900, 10], [400, 5]]);
  assert.equal(rows[1].worst, 0.1);
  assert.equal(minutes([], 0).length, 0);
});

test("the curve of an hour has no more points than there is room for, and breaks at a gap", () => {
  const drawn = curve(seconds(0, 3600), 3600, 1000, { width: 1000, height: 44 });
  assert.ok(drawn.split("L").length <= 1000);
  assert.equal(drawn.split("M").length, 2);
  assert.equal(curve([...seconds(0, 5), ...seconds(15, 20)], 20, 1000, { width: 1000, height: 44 }).split("M").length, 3);
});
