/** Wires the roster: the week shown, and what those who plan change. */

import * as staff from "../lib/staff.js";
import { attempt, openStaffPage } from "../lib/staff-page.js";
import { RosterPage } from "../ui/roster-page.js";

const DAY_MS = 86_400_000;

const page = new RosterPage();
/** A day of the week shown; empty for today's. */
let from = "";

/** @param {() => Promise<import("../lib/staff.js").Roster>} work */
async function show(work) {
  if (page.busy) return;
  page.busy = true;
  page.roster = (await attempt(page, work)) ?? page.roster;
  page.busy = false;
}

/** @param {string} name @param {(detail: any) => unknown} act */
const on = (name, act) => page.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));

on("week", (days) => {
  const monday = page.roster?.days[0].day ?? "";
  from = days ? new Date(Date.parse(monday) + days * DAY_MS).toISOString().slice(0, 10) : "";
  page.chosen = null;
  return show(() => staff.roster(from));
});
on("save", ({ agent, weekdays, spans }) => show(() => staff.saveShifts(from, agent, weekdays, spans)));
on("take-off", ({ agent, day }) => show(() => staff.takeOff(from, agent, day)));
on("work", ({ agent, day }) => show(() => staff.takeBack(from, agent, day)));

on("open-calendar", async () => {
  page.address = (await attempt(page, staff.openCalendar))?.address ?? "";
});
on("close-calendar", async () => {
  if (await attempt(page, staff.closeCalendar)) page.address = "";
});

if (await openStaffPage("roster", page)) await show(() => staff.roster(from));
