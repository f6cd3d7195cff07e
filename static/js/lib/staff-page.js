/** The start-up every staff page shares: texts, who is signed in, the ribbon, the language. */

import { Refused, ask, sentence } from "./api.js";
import { keptLanguage, language, languages, provide, t, useLanguage, useTexts, useZone } from "./i18n.js";
import * as staff from "./staff.js";
import { answerWorker } from "./push.js";
import "../ui/demo-ribbon.js";
import "../ui/status-line.js";

/** @typedef {import("./customer.js").Config} Config */
/** @typedef {import("./staff.js").Me} Me */
/** @typedef {HTMLElement & {me: Me | null, config: Config | null, trouble: import("./i18n.js").Text}} StaffElement */

const SIGN_IN = "/staff/sign-in";
/** Shown when not even the texts could be loaded. */
const NOTHING_LOADED = "Trang chưa tải được. Xin tải lại trang. · The page could not be loaded. Please reload it.";

/** Only these sit at a desk. @param {Me} me */
export const hasDesk = ({ role }) => role === "agent" || role === "supervisor";

/** Where to go after signing in: back to the page asked for, and to nowhere outside.
 * @param {string} hash @param {Me} me */
export function afterSignIn(hash, me) {
  const asked = hash.slice(1);
  if (/^\/staff\/(wall|roster|files(\/[\w-]+)?)$/.test(asked)) return asked;
  return hasDesk(me) ? "/staff/desk" : "/staff/files";
}

export const goToSignIn = () => location.replace(`${SIGN_IN}#${location.pathname}`);

/** @param {unknown} error */
export const isSignedOut = (error) => error instanceof Refused && error.status === 401;

/** Do one act for a page: a refusal becomes its trouble line, a lost session leads to the sign-in.
 * @template T @param {StaffElement} page @param {() => Promise<T>} work @returns {Promise<T | null>} Null when refused. */
export async function attempt(page, work) {
  try {
    const answer = await work();
    page.trouble = "";
    return answer;
  } catch (error) {
    if (isSignedOut(error)) goToSignIn();
    else page.trouble = sentence(error);
    return null;
  }
}

/** @param {string} wanted */
async function speak(wanted) {
  await useLanguage(wanted);
  await staff.speak(language()).catch(() => undefined); // not signed in yet: kept on this device
}

/** @param {StaffElement} element @param {Config} config */
function furnish(element, config) {
  const ribbon = config.demo ? [document.createElement("demo-ribbon")] : [];
  document.body.append(...ribbon, document.createElement("status-line"), element);
  element.addEventListener("speak", (event) => speak(/** @type {CustomEvent<string>} */ (event).detail));
  element.addEventListener("sign-out", () => staff.signOut().finally(() => location.assign(SIGN_IN)));
}

/** @param {string} name */
function nameWindow(name) {
  document.title = `${t(`${name}.window`)} · ${t("bank")}`;
}

/** @param {Config["bank"]} bank */
function introduce(bank) {
  useZone(bank.zone);
  provide({ vi: { bank: bank.name_vi }, en: { bank: bank.name_en } });
}

/** Open the one page that is seen without a session.
 * @param {string} name @param {StaffElement} element */
export async function openDoor(name, element) {
  try {
    await useLanguage(keptLanguage());
    const [config] = await Promise.all([ask("GET", "/api/config"), useTexts("staff", "guests", "documents", "errors")]);
    introduce(config.bank);
    element.config = config;
    languages.addEventListener("changed", () => nameWindow(name));
    nameWindow(name);
    furnish(element, config);
  } catch (error) {
    document.body.append(NOTHING_LOADED);
    throw error;
  }
}

/** Open a page for somebody who is signed in; others are led to the sign-in and back.
 * @param {string} name @param {StaffElement} element @returns {Promise<boolean>} False when led away. */
export async function openStaffPage(name, element) {
  const me = await staff.me().catch((error) => {
    if (isSignedOut(error)) return null;
    throw error;
  });
  if (!me) {
    goToSignIn();
    return false;
  }
  element.me = me;
  answerWorker(() => staff.me().then(() => true));
  await openDoor(name, element);
  if (me.language !== language()) await useLanguage(me.language);
  return true;
}
