/** Wires the list of files: the chosen stage stands in the address, the list keeps itself fresh. */

import { languages } from "../lib/i18n.js";
import * as staff from "../lib/staff.js";
import { attempt, openStaffPage } from "../lib/staff-page.js";
import { FilesPage, STAGES } from "../ui/files-page.js";

const ASK_EVERY_MS = 10_000;

const page = new FilesPage();
const asked = new URLSearchParams(location.search).get("stage") ?? "";
page.stage = STAGES.includes(asked) ? asked : "";

async function refresh() {
  const { stage } = page;
  const files = await attempt(page, () => staff.files(stage));
  if (files && stage === page.stage) page.files = files;
}

page.addEventListener("stage", (event) => {
  page.stage = /** @type {CustomEvent<string>} */ (event).detail;
  history.replaceState(null, "", page.stage ? `?stage=${page.stage}` : location.pathname);
  refresh();
});

if (await openStaffPage("files", page)) {
  await refresh();
  languages.addEventListener("changed", refresh);
  setInterval(() => document.visibilityState === "visible" && refresh(), ASK_EVERY_MS);
}
