/** Wires the agents' page: who speaks and can what. */

import * as staff from "../lib/staff.js";
import { attempt, openStaffPage } from "../lib/staff-page.js";
import { AgentsPage } from "../ui/agents-page.js";

const page = new AgentsPage();

/** @param {() => Promise<import("../lib/staff.js").Agents>} work */
async function show(work) {
  if (page.busy) return;
  page.busy = true;
  page.agents = (await attempt(page, work)) ?? page.agents;
  page.busy = false;
}

page.addEventListener("teach", (event) => {
  const { id, speaks, skills } = /** @type {CustomEvent} */ (event).detail;
  return show(() => staff.teach(id, speaks, skills));
});

if (await openStaffPage("agents", page)) await show(staff.agents);
