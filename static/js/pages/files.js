/** Wires the list of files: stage and length stand in the address, the list keeps itself fresh. */

import { languages } from "../lib/i18n.js";
import * as staff from "../lib/staff.js";
import { attempt, openStaffPage } from "../lib/staff-page.js";
import { FilesPage, STAGES } from "../ui/files-page.js";

const ASK_EVERY_MS = 10_000;
/** Whoever comes back by an old address does not make the server read everything. */
const PARTS_AT_FIRST = 20;

const page = new FilesPage();
const asked = new URLSearchParams(location.search);
const stage = asked.get("stage") ?? "";
page.stage = STAGES.includes(stage) ? stage : "";
/** How many parts of the list are wanted. */
let parts = Math.min(Math.max(Number.parseInt(asked.get("parts") ?? "", 10) || 1, 1), PARTS_AT_FIRST);

function keepAddress() {
  const kept = new URLSearchParams({ ...(page.stage && { stage: page.stage }), ...(parts > 1 && { parts: `${parts}` }) });
  history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
}

/** Every part wanted, one after the other: what was touched meanwhile stands in front. @param {string} wanted */
async function read(wanted) {
  /** @type {import("../lib/staff.js").FileLine[]} */
  const files = [];
  /** @type {string | null} */
  let next = null;
  for (let part = 0; part < parts && (next || !part); part += 1) {
    const answer = await staff.files(wanted, next);
    const known = new Set(files.map(({ id }) => id));
    files.push(...answer.files.filter(({ id }) => !known.has(id)));
    next = answer.next;
  }
  return { files, more: next !== null };
}

/** False when nothing new could be shown. */
async function refresh() {
  const { stage: wanted } = page;
  const length = parts;
  const list = await attempt(page, () => read(wanted));
  if (!list || wanted !== page.stage || length !== parts) return false;
  page.files = list.files;
  page.more = list.more;
  return true;
}

page.addEventListener("stage", (event) => {
  page.stage = /** @type {CustomEvent<string>} */ (event).detail;
  parts = 1;
  keepAddress();
  refresh();
});

page.addEventListener("more", async () => {
  const before = page.files?.length ?? 0;
  const wanted = parts + 1;
  page.busy = true;
  parts = wanted;
  const isThere = await refresh();
  page.busy = false;
  if (isThere) {
    keepAddress();
    page.goTo(before);
  } else if (parts === wanted) parts -= 1; // else another stage was chosen meanwhile
});

if (await openStaffPage("files", page)) {
  await refresh();
  languages.addEventListener("changed", refresh);
  setInterval(() => document.visibilityState === "visible" && !page.busy && refresh(), ASK_EVERY_MS);
}
