/** Texts, numbers and dates in the reader's language: Vietnamese unless English is chosen. */

/** @typedef {"vi" | "en"} Language */
/** @typedef {string | Sentence} Text */

/** Dates are shown in the bank's zone, with the zone printed, so that page, SMS and file agree. */
let zone = "UTC";
const LOCALES = { vi: "vi-VN", en: "en-GB" };
const KEPT = "ekyc.language";

/** @type {Language} */
let current = "vi";
/** @type {Record<Language, Record<string, string>>} */
const texts = { vi: {}, en: {} };
/** @type {Set<string>} */
const areas = new Set();
/** Placeholders every sentence may use: the bank's name, its telephone number.
 * @type {Record<Language, Record<string, string>>} */
const known = { vi: {}, en: {} };

/** Says "changed" when the page must be read again in another language. */
export const languages = new EventTarget();

/** @returns {Language} */
export const language = () => current;

/** What was chosen on this device earlier. @returns {Language} */
export const keptLanguage = () => (localStorage.getItem(KEPT) === "en" ? "en" : "vi");

/** @param {string} area @param {Language} wanted */
async function load(area, wanted) {
  const response = await fetch(`/static/i18n/${wanted}/${area}.json`);
  if (!response.ok) throw new Error(`no texts for ${area} in ${wanted}`);
  Object.assign(texts[wanted], await response.json());
}

/** Load these areas of the catalogue in the current language. @param {...string} wanted */
export async function useTexts(...wanted) {
  await Promise.all(wanted.map((area) => load(area, current)));
  for (const area of wanted) areas.add(area);
}

/** Turn to a language, loading what the page has in use. @param {string} wanted */
export async function useLanguage(wanted) {
  const next = wanted === "en" ? "en" : "vi";
  await Promise.all([...areas].map((area) => load(area, next)));
  localStorage.setItem(KEPT, next);
  current = next;
  document.documentElement.lang = next;
  languages.dispatchEvent(new Event("changed"));
}

/** @param {Record<Language, Record<string, string>>} values */
export function provide(values) {
  Object.assign(known.vi, values.vi);
  Object.assign(known.en, values.en);
}

/** One sentence. A text that is missing shows its key: a test finds those before a reader does.
 * @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  const all = { ...known[current], ...values };
  return (texts[current][key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(all[name] ?? whole));
}

/** A sentence that is looked up when it is shown, so that it follows the reader's language. */
export class Sentence {
  /** @param {string} key @param {Record<string, string | number>} [values]
   *  @param {string} [otherwise] Shown when this page's catalogue is older than the server. */
  constructor(key, values = {}, otherwise = "") {
    this.key = key;
    this.values = values;
    this.otherwise = otherwise;
  }

  toString() {
    return this.otherwise && !(this.key in texts[current]) ? this.otherwise : t(this.key, this.values);
  }
}

/** The bank's zone, from the settings. @param {string} name */
export function useZone(name) {
  zone = name;
}

/** @param {string} key */
export const hasText = (key) => key in texts[current];

/** A sentence that counts: `key.one` or `key.other`, with `{n}`.
 * @param {string} key @param {number} n @param {Record<string, string | number>} [values] */
export function plural(key, n, values = {}) {
  const form = `${key}.${new Intl.PluralRules(LOCALES[current]).select(n)}`;
  return t(hasText(form) ? form : `${key}.other`, { n, ...values });
}

/** A sentence with markup in its gaps, as pieces for a template.
 * @template T @param {string} key @param {Record<string, T>} values @returns {(string | T)[]} */
export function rich(key, values) {
  const pieces = (texts[current][key] ?? key).split(/\{(\w+)\}/);
  return pieces.map((piece, at) => (at % 2 ? (values[piece] ?? known[current][piece] ?? "") : piece));
}

/** @param {string} iso @param {Intl.DateTimeFormatOptions} options */
export const format = (iso, options) => new Intl.DateTimeFormat(LOCALES[current], { timeZone: zone, ...options }).format(new Date(iso));

/** 14:02 GMT+7. @param {string} iso */
export const timeOfDay = (iso) => format(iso, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });

/** 21/11/2026 14:02:05, with slashes in both languages. @param {string} iso */
export function dayAndSecond(iso) {
  const day = format(iso, { day: "2-digit", month: "2-digit", year: "numeric" }).replaceAll("-", "/");
  return `${day} ${format(iso, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })}`;
}

/** 14:02 GMT+7, 21/11/2026. @param {string} iso */
export const timeAndDay = (iso) => `${timeOfDay(iso)}, ${format(iso, { day: "2-digit", month: "2-digit", year: "numeric" })}`;
