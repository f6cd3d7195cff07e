/** Wires the customer file: opened once by a person, then kept fresh while something may still change. */

import { FilePage } from "../file/file-page.js";
import { sentence } from "../lib/api.js";
import { languages } from "../lib/i18n.js";
import * as staff from "../lib/staff.js";
import { attempt, openStaffPage } from "../lib/staff-page.js";

/** @typedef {import("../ui/note-box.js").NoteBox} NoteBox */
/** @typedef {import("../file/vouched-list.js").VouchedList} VouchedList */

const ASK_EVERY_MS = 5_000;
/** While a film is being made, its percent is looked at this often. */
const WATCH_EVERY_MS = 1_000;

const page = new FilePage();
const id = decodeURIComponent(location.pathname.split("/").at(-1) ?? "");

/** @param {string} name @param {(detail: any, event: Event) => unknown} act */
const on = (name, act) => page.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail, event));

/** @param {() => Promise<import("../lib/staff.js").CustomerFile>} [look] */
async function refresh(look = () => staff.file(id)) {
  const file = await attempt(page, look);
  if (file && !page.busy && JSON.stringify(file) !== JSON.stringify(page.file)) page.file = file;
}

on("deciding", () => (page.refusal = ""));
on("decide", async ({ verdict, reasons, note }) => {
  if (page.busy) return;
  page.busy = true;
  page.refusal = "";
  try {
    page.file = await staff.decide(id, verdict, reasons, note);
  } catch (error) {
    page.refusal = sentence(error);
  } finally {
    page.busy = false;
  }
});
on("note", async (text, event) => {
  const file = await attempt(page, () => staff.saveNote(id, text));
  if (file) page.file = file;
  /** @type {NoteBox} */ (event.target).kept(text, file !== null);
});

on("clear", async ({ signals, note }) => {
  const file = await attempt(page, () => staff.clearSignals(id, signals, note));
  if (file) page.file = file;
});

on("register", async ({ kind, entry }, event) => {
  const file = await attempt(page, async () => {
    await staff.register(id, kind, entry);
    /** @type {VouchedList} */ (event.target).kept();
    return staff.file(id);
  });
  if (file) page.file = file;
});

on("priority", async (vulnerable) => {
  const file = await attempt(page, () => staff.letGoFirst(id, vulnerable));
  if (file) page.file = file;
});

on("find-times", async () => {
  page.days = (await attempt(page, () => staff.resultTimes(id)))?.days ?? null;
});
on("arrange", async (at) => {
  const file = await attempt(page, () => staff.arrange(id, at));
  page.days = null;
  if (file) page.file = file;
});
on("give-up", async () => {
  const file = await attempt(page, () => staff.takeCallBack(id));
  if (file) page.file = file;
});

on("export", async (call) => {
  const file = await attempt(page, () => staff.askExport(id, call));
  if (!file) return;
  page.file = file;
  again();
});

let timer = 0;
/** Look again after a while; sooner while a film is being made. */
function again() {
  clearTimeout(timer);
  const films = page.file?.calls.map((call) => call.export?.state) ?? [];
  const pause = films.some((state) => state === "due" || state === "running") ? WATCH_EVERY_MS : ASK_EVERY_MS;
  timer = setTimeout(async () => {
    if (document.visibilityState === "visible") await refresh();
    again();
  }, pause);
}

if (await openStaffPage("file", page)) {
  await refresh(() => staff.file(id));
  languages.addEventListener("changed", () => refresh());
  again();
}
