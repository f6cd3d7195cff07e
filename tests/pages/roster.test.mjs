// How the roster's page counts half-hours, read aloud: run by tests/rules/test_pages.py with `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { framed, halves, hours, onDuty, painted, shift, short, shown, slid, stints, time, weekNumber } from "../../static/js/roster/halves.js";

const DAY = [{ duty: "available", span: "08:00-12:00" }, { duty: "break", span: "12:00-13:00" }, { duty: "available", span: "13:00-16:30" }];

test("a day is the same after it was cut into half-hours and put together", () => {
  assert.deepEqual(stints(halves(DAY)), DAY);
  assert.equal(hours(halves(DAY)), 8.5);
  assert.deepEqual(shift(halves(DAY)), [16, 33]);
  assert.deepEqual(stints(halves([{ duty: "training", span: "22:00-24:00" }])), [{ duty: "training", span: "22:00-24:00" }]);
  assert.equal(shift(halves([])), null);
});

test("what is painted stands where it was painted and nowhere else", () => {
  const day = painted(halves(DAY), 30, 32, "meeting");
  assert.equal(stints(day).at(-2).span, "15:00-16:00");
  assert.deepEqual(painted(day, 30, 32, "available"), halves(DAY));
});

test("a break that is moved changes places with what stood there, and the day keeps its length", () => {
  const later = slid(halves(DAY), 24, 26, 1);
  assert.deepEqual(stints(later)[1], { duty: "break", span: "12:30-13:30" });
  assert.deepEqual(slid(later, 25, 27, -1), halves(DAY));
  assert.equal(hours(later), 8.5);
  const whole = halves([{ duty: "break", span: "00:00-01:00" }]);
  assert.deepEqual(slid(whole, 0, 2, -1), whole);
});

test("a shift that begins later is shorter, and one that ends later is for calls there", () => {
  assert.deepEqual(stints(framed(halves(DAY), 18, 35)).map(({ span }) => span), ["09:00-12:00", "12:00-13:00", "13:00-17:30"]);
});

test("the table is as wide as the opening hours, in whole hours", () => {
  assert.deepEqual(shown(["08:30-17:30", "", "09:00-20:00"]), [16, 40]);
  assert.deepEqual(shown(["", ""]), [0, 48]);
  assert.equal(time(48), "24:00");
});

test("who is on a break, away or behind closed doors takes no calls", () => {
  const there = onDuty([{ stints: DAY, off: [{ span: "08:00-09:00" }] }, { stints: DAY, off: [] }], [{ span: "15:00-24:00" }]);
  assert.deepEqual([there[16], there[18], there[24], there[29], there[30]], [1, 2, 0, 2, 0]);
  assert.equal(short(there, there.map((n, at) => (at === 16 ? n + 2 : 0))), 1);
});

test("weeks are numbered as ISO 8601 does", () => {
  assert.equal(weekNumber("2026-12-28"), 53);
  assert.equal(weekNumber("2027-01-04"), 1);
  assert.equal(weekNumber("2026-11-16"), 47);
});
