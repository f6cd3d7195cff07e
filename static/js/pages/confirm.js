/** Confirm: every change is saved as it is left, so that nothing typed is lost; then one confirmation. */

import * as customer from "../lib/customer.js";
import { NO_EXPIRY, readDate, writeDate } from "../lib/dates.js";
import { kindOf } from "../lib/fields.js";
import { Sentence } from "../lib/i18n.js";
import { openPage } from "../lib/page.js";
import { ConfirmPage } from "../ui/confirm-page.js";

/** @typedef {{name: string, value: string}} Entry */

const element = new ConfirmPage();
const page = await openPage("confirm", element);

/** The server keeps only what differs from what was read: "this is correct" is remembered here. */
const SETTLED = `ekyc.settled.${page.view?.id}`;
element.settled = new Set(JSON.parse(sessionStorage.getItem(SETTLED) ?? "[]"));

/** @template T @param {string} name @param {(detail: T) => void} act */
const on = (name, act) => element.addEventListener(name, (event) => act(/** @type {CustomEvent<T>} */ (event).detail));

/** @template T @param {ReadonlySet<T>} set @param {T} item */
const without = (set, item) => new Set([...set].filter((other) => other !== item));

/** @param {string} name @param {Sentence} [error] */
function mark(name, error) {
  const { [name]: _, ...others } = element.errors;
  element.errors = error ? { ...others, [name]: error } : others;
}

/** @param {Entry} entry Whether a date is one; everything else the server judges. */
function isWritten({ name, value }) {
  const isDate = ["date", "expiry"].includes(kindOf(name)) && value !== "" && value !== NO_EXPIRY;
  const good = !isDate || readDate(writeDate(value)) !== "";
  mark(name, good ? undefined : new Sentence("date.wrong"));
  return good;
}

/** One save after the other, so that the confirmation comes last. */
let saving = Promise.resolve();

/** @param {Entry} entry */
function save(entry) {
  saving = saving.then(() => keep(entry));
  return saving;
}

/** The draft goes once the server has it. @param {Entry} entry */
async function keep({ name, value }) {
  try {
    const view = await customer.saveFields({ [name]: value });
    if (element.draft[name] === value) {
      const { [name]: _, ...others } = element.draft;
      element.draft = others;
    }
    page.take(view);
  } catch (error) {
    await page.refused(error);
  }
}

/** @param {string} selector */
async function focus(selector) {
  await element.updateComplete;
  /** @type {HTMLElement | null} */ (element.querySelector(selector))?.focus();
}

/** @param {Entry} entry */
function edited({ name, value }) {
  element.draft = { ...element.draft, [name]: value };
  mark(name);
}

/** @param {Entry} entry */
async function settle(entry) {
  if (!isWritten(entry)) return focus(`#f-${entry.name}`);
  const wasOpen = element.open.has(entry.name);
  element.settled = new Set([...element.settled, entry.name]);
  sessionStorage.setItem(SETTLED, JSON.stringify([...element.settled]));
  element.open = without(element.open, entry.name);
  await save(entry);
  await focus(wasOpen ? `#edit-${entry.name}` : ".doubt .input, .doubt [type=radio], #h-clear");
}

/** @param {string} name */
function edit(name) {
  element.open = new Set([...element.open, name]);
  focus(`#f-${name}`);
}

/** @param {string} name */
function cancel(name) {
  const { [name]: _, ...others } = element.draft;
  element.draft = others;
  element.open = without(element.open, name);
  mark(name);
  focus(`#edit-${name}`);
}

/** A second click while the first waits for what is being saved. */
let confirming = false;

/** @param {Record<string, string>} fields */
async function confirmOnce(fields) {
  if (confirming) return;
  confirming = true;
  await confirm(fields).finally(() => (confirming = false));
}

/** @param {Record<string, string>} fields */
async function confirm(fields) {
  await saving;
  const wrong = Object.entries(fields).filter(([name, value]) => !isWritten({ name, value }));
  if (!wrong.length && (await page.act(() => customer.confirmFields(fields)))) return;
  const faults = wrong.length ? [] : (element.refusal?.errors ?? []);
  for (const { field, detail } of faults) mark(field, detail);
  const order = Object.keys(fields);
  const names = order.filter((name) => wrong.some(([other]) => other === name) || faults.some(({ field }) => field === name));
  element.open = new Set([...element.open, ...names]);
  if (names.length) await focus(`#f-${names[0]}`);
}

on("edited", edited);
on("kept", (/** @type {Entry} */ entry) => isWritten(entry) && save(entry));
on("settle", settle);
on("edit", edit);
on("cancel", cancel);
on("confirm", confirmOnce);
