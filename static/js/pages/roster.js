/** Wires the roster: the week shown, drafts and their publishing, absences, what agents can do. */

import { Refused } from "../lib/api.js";
import { plural, t } from "../lib/i18n.js";
import * as staff from "../lib/staff.js";
import { attempt, openStaffPage } from "../lib/staff-page.js";
import { openDialog } from "../ui/ask-dialog.js";
import { RosterPage } from "../ui/roster-page.js";

/** @typedef {import("../lib/staff.js").Roster} Roster */
/** @typedef {import("../lib/staff.js").Draft} Draft */

const DAY_MS = 86_400_000;
/** Steps that can be taken back. */
const KEPT = 50;

const page = new RosterPage();
/** A day of the week shown; empty for today's. */
let from = "";
/** What stood before each draft, the last one last. @type {Draft[]} */
let undone = [];
/** The change that was refused for its appointments, to be made all the same. @type {((rebook: boolean) => Promise<Roster>) | null} */
let refused = null;
/** Drafts are saved one after the other, however fast keys are pressed. */
let line = Promise.resolve();
let waiting = 0;

/** @param {() => Promise<Roster>} work */
async function show(work) {
  if (page.busy) return;
  page.busy = true;
  page.roster = (await attempt(page, work)) ?? page.roster;
  page.busy = false;
}

/** A change of what may be booked: refused where appointments would lose their agent, until the planner chose.
 * @param {(rebook: boolean) => Promise<Roster>} work @param {boolean} [rebook] */
async function change(work, rebook = false) {
  page.said = "";
  refused = null;
  await show(async () => {
    try {
      const roster = await work(rebook);
      page.said = outcome(roster);
      undone = [];
      return roster;
    } catch (error) {
      if (error instanceof Refused && error.code === "roster-conflicts") refused = work;
      throw error;
    }
  });
  if (refused) openDialog(page);
}

/** @param {Roster} roster */
function outcome({ rebooked }) {
  const { reassigned = 0, withdrawn = 0 } = rebooked ?? {};
  return [t("roster.in-force"), reassigned ? plural("roster.reassigned", reassigned) : "", withdrawn ? plural("roster.withdrawn", withdrawn) : ""].filter(Boolean).join(" ");
}

/** Draw it at once, save it in turn. @param {Draft} draft */
function save({ agent, days, stints, weekly }) {
  const { roster } = page;
  if (!roster) return;
  const dates = days.map((n) => roster.days[n].day);
  const agents = roster.agents.map((one) => (one.id !== agent ? one : { ...one, days: one.days.map((day, n) => (days.includes(n) ? { ...day, stints, drafted: true } : day)) }));
  page.roster = { ...roster, agents };
  page.said = "";
  waiting += 1;
  line = line.then(async () => {
    const answer = await attempt(page, () => staff.draft(from, agent, dates, stints, weekly));
    waiting -= 1;
    if (waiting === 0) page.roster = answer ?? (await attempt(page, () => staff.roster(from))) ?? page.roster;
  });
}

/** @param {string} name @param {(detail: any) => unknown} act */
const on = (name, act) => page.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));

on("week", async (days) => {
  await line; // what was drawn is saved in the week it was drawn in
  const monday = page.roster?.days[0].day ?? "";
  from = days ? new Date(Date.parse(monday) + days * DAY_MS).toISOString().slice(0, 10) : "";
  [page.choice, page.said, undone] = [null, "", []];
  await show(() => staff.roster(from));
  page.day = today();
});
on("draft", (/** @type {Draft} */ draft) => {
  const days = page.roster?.agents.find(({ id }) => id === draft.agent)?.days;
  if (!days) return;
  const before = draft.days.map((n) => ({ agent: draft.agent, days: [n], stints: days[n].stints, weekly: days[n].weekly }));
  undone = [...undone, ...before].slice(-KEPT);
  save(draft);
});
on("undo", () => {
  const before = undone.pop();
  if (before) save(before);
});
on("discard", () => ((undone = []), show(() => staff.discard(from))));
on("copy-week", () => show(() => staff.copyWeek(from)));
on("publish", () => line.then(() => change((rebook) => staff.publish(from, rebook))));
on("take-off", ({ agent, day, span, note }) => change((rebook) => staff.takeOff(from, { agent, day, span, note, rebook })));
on("rebook", () => refused && change(refused, true));
on("work", ({ agent, day, span }) => show(() => staff.takeBack(from, { agent, day, span })));
on("teach", async ({ id, speaks, skills }) => {
  page.talents = (await attempt(page, () => staff.teach(id, speaks, skills))) ?? page.talents;
  await show(() => staff.roster(from));
});

on("open-calendar", async () => {
  page.address = (await attempt(page, staff.openCalendar))?.address ?? "";
});
on("close-calendar", async () => {
  if (await attempt(page, staff.closeCalendar)) page.address = "";
});

/** The day to begin with: today in its own week, else the Monday. */
const today = () => Math.max(0, page.roster?.days.findIndex(({ day }) => day === page.roster?.today) ?? 0);

if (await openStaffPage("roster", page)) {
  await show(() => staff.roster(from));
  page.day = today();
  if (page.roster?.may_plan) page.talents = await attempt(page, staff.agents);
}
