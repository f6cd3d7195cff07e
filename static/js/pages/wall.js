/** Wires the wall: news, and what a supervisor does in other people's calls. */

import { AgentCall } from "../desk/agent-call.js";
import { languages } from "../lib/i18n.js";
import * as staff from "../lib/staff.js";
import { attempt, openStaffPage } from "../lib/staff-page.js";
import { WallPage } from "../ui/wall-page.js";

/** Lines' quality and lengths of the day change without news. */
const ASK_EVERY_MS = 5_000;

const page = new WallPage();
/** The guest's seat that is joined. */
let seat = "";

async function refresh() {
  const wall = await attempt(page, staff.wall);
  if (wall) take(wall);
}

/** @param {import("../lib/staff.js").Wall} wall */
function take(wall) {
  if (page.wall && Date.parse(wall.now) < Date.parse(page.wall.now)) return; // an older answer that came later
  page.wall = wall;
  const { watching } = wall;
  if ((watching?.id ?? "") !== seat) leave();
  if (!watching) return;
  const speaks = watching.mode !== "listen";
  if (!page.call) join(watching.id, speaks);
  else page.call.speak(speaks);
}

/** @param {string} guest @param {boolean} speaks */
function join(guest, speaks) {
  seat = guest;
  const call = new AgentCall(() => staff.guestPass(guest), speaks);
  call.isGuest = true;
  call.addEventListener("changed", () => page.version++);
  page.call = call;
  call.open();
}

function leave() {
  page.call?.close();
  page.call = null;
  seat = "";
}

/** @param {string} name @param {(detail: any) => Promise<unknown>} act */
const on = (name, act) =>
  page.addEventListener(name, async (event) => {
    page.busy = true;
    const done = await attempt(page, () => act(/** @type {CustomEvent} */ (event).detail));
    page.busy = false;
    if (done !== null) await refresh();
  });

on("look-in", ({ call, mode }) => staff.lookIn(call, mode));
on("acknowledge", (alert) => staff.acknowledge(alert));
on("stop", () => staff.leaveAsGuest(page.wall?.watching?.id ?? ""));
on("take-over", async (call) => {
  await staff.takeOver(call);
  location.assign("/staff/desk");
});

if (await openStaffPage("wall", page)) {
  if (page.me?.role !== "supervisor") location.replace("/staff/files");
  else {
    const news = new EventSource(staff.WALL_LIVE);
    news.addEventListener("changed", refresh);
    setInterval(refresh, ASK_EVERY_MS);
    languages.addEventListener("changed", refresh);
    await refresh();
  }
}
