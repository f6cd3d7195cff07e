/** The start-up every customer page shares: texts, session, "where the customer belongs", live news. */

import { isReached, Refused, sentence } from "./api.js";
import * as customer from "./customer.js";
import { answerWorker } from "./push.js";
import { keptLanguage, language, languages, provide, t, useLanguage, useTexts, useZone } from "./i18n.js";
import "../ui/demo-ribbon.js";
import "../ui/status-line.js";
import "../ui/site-header.js";

/** @typedef {import("./customer.js").CustomerView} CustomerView */
/** @typedef {import("./customer.js").PageName} PageName */
/** @typedef {import("../ui/page-element.js").PageElement} PageElement */

/** News normally comes by the event stream; while that is broken the page asks by itself. */
const ASK_EVERY_MS = 5_000;
/** Pages a customer may turn back to by a link carrying `?again`, from the page where they belong.
 * @type {Partial<Record<PageName, PageName[]>>} */
const MAY_TURN_BACK = { booking: ["precheck", "handover"], waiting: ["booking"], document: ["handover"], capture: ["document", "handover"], confirm: ["document", "capture", "handover"], result: ["booking"] };
/** Shown when not even the texts could be loaded. */
const NOTHING_LOADED = "Trang chưa tải được. Xin tải lại trang. · The page could not be loaded. Please reload it.";

/** @param {PageName} name */
export const addressOf = (name) => (name === "start" ? "/c/" : `/c/${name}`);

/** @param {PageName} name @param {CustomerView} view */
function isHere(name, view) {
  if (view.page === name) return true;
  return new URLSearchParams(location.search).has("again") && (MAY_TURN_BACK[view.page]?.includes(name) ?? false);
}

/** One open page: its element, and the newest view of the application. */
export class Page extends EventTarget {
  /** @param {PageName} name @param {PageElement} element @param {import("./customer.js").Config} config */
  constructor(name, element, config) {
    super();
    this.name = name;
    this.element = element;
    this.config = config;
    /** @type {CustomerView | null} */
    this.view = null;
    this.left = false;
    /** What a page still does before it is left. @type {(to: PageName) => Promise<void> | void} */
    this.farewell = () => undefined;
    /** Whether a page may keep the customer although the next step is open. @type {(view: CustomerView) => boolean} */
    this.stays = () => false;
    element.config = config;
    languages.addEventListener("changed", () => this.nameWindow());
    this.nameWindow();
  }

  nameWindow() {
    document.title = `${t(`${this.name}.window`)} · ${t("bank")}`;
  }

  /** Show a newer view, or leave for the page where the customer belongs. @param {CustomerView} view */
  take(view) {
    if (this.view && view.now < this.view.now) return; // an older answer that came later
    if (view.handover?.state === "over") return this.leave("start"); // which says so
    if (!isHere(this.name, view) && !this.stays(view)) return this.leave(view.page);
    this.view = view;
    this.element.view = view;
    this.dispatchEvent(new Event("view"));
  }

  /** @param {PageName} name */
  async leave(name) {
    if (this.left) return;
    this.left = true;
    this.dispatchEvent(new Event("leave"));
    await this.farewell(name);
    location.replace(addressOf(name));
  }

  async refresh() {
    try {
      this.take(await customer.application());
    } catch (error) {
      if (error instanceof Refused && error.status === 401 && this.name !== "start") this.leave("start");
      else throw error;
    }
  }

  /**
   * Do one act: the page is busy meanwhile, a refusal becomes its trouble line.
   * @param {() => Promise<CustomerView>} work
   * @returns {Promise<CustomerView | null>} Null when it was refused.
   */
  async act(work) {
    if (this.element.busy) return null;
    this.element.trouble = "";
    this.element.refusal = null;
    this.element.busy = true;
    try {
      const view = await work();
      this.take(view);
      return view;
    } catch (error) {
      await this.refused(error);
      return null;
    } finally {
      this.element.busy = this.left; // a page being left stays as it is
    }
  }

  /** @param {unknown} error */
  async refused(error) {
    if (error instanceof Refused && error.status === 401 && this.name !== "start") return this.leave("start");
    this.element.trouble = sentence(error);
    this.element.refusal = error instanceof Refused ? error : null;
    if (error instanceof Refused && error.status === 409) await this.refresh().catch(() => undefined);
  }

  /** Follow the application: the event stream, with asking as its second string. */
  follow() {
    const look = () => this.left || this.element.busy || this.refresh().catch(() => undefined);
    const stream = new EventSource(customer.LIVE);
    stream.addEventListener("changed", look);
    setInterval(() => (stream.readyState !== EventSource.OPEN || !isReached()) && look(), ASK_EVERY_MS);
    addEventListener("online", look);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
    answerWorker(() => customer.application().then(({ handover }) => handover?.state !== "over"));
    addEventListener("pageshow", (event) => event.persisted && location.reload()); // back from the browser's cache
  }
}

/** @param {import("./customer.js").Config} config */
function introduceBank({ bank }) {
  const { hotline, hotline_hours: hours } = bank;
  useZone(bank.zone);
  provide({ vi: { bank: bank.name_vi, hotline, hours }, en: { bank: bank.name_en, hotline, hours } });
}

/**
 * @param {PageElement} element @param {import("./customer.js").Config} config
 * @param {(language: string) => Promise<unknown>} [keep] Tells the server which language is spoken.
 * @returns {() => string} The language the customer chose on this page, if any.
 */
function furnish(element, config, keep = customer.speak) {
  const header = Object.assign(document.createElement("site-header"), { back: element.back });
  const ribbon = config.demo ? [document.createElement("demo-ribbon")] : [];
  document.body.prepend(...ribbon, ...(element.ownHead ? [] : [header]), document.createElement("status-line"));
  let chosen = "";
  document.body.addEventListener("speak", async (event) => {
    chosen = /** @type {CustomEvent<string>} */ (event).detail;
    await useLanguage(chosen);
    await keep(language()).catch(() => undefined); // no session yet: kept on this device
  });
  return () => chosen;
}

/** @param {Page} page @param {() => Promise<CustomerView>} first @param {() => string} chosen What was chosen while the first view was on its way counts for more than what it says. */
async function begin(page, first, chosen) {
  try {
    const view = await first();
    const wanted = chosen() || view.language;
    if (wanted !== language()) await useLanguage(wanted);
    if (wanted !== view.language) customer.speak(wanted).catch(() => undefined);
    page.take(view);
    page.follow();
  } catch (error) {
    await page.refused(error); // the element has no view yet and shows why
  }
}

/** Texts, configuration and the bank's name: what any page needs before it can say a word. */
async function load() {
  const texts = useLanguage(keptLanguage()).then(() => useTexts("documents", "guests", "customer", "errors"));
  const [config] = await Promise.all([customer.config(), texts]).catch((error) => {
    document.body.append(NOTHING_LOADED);
    throw error;
  });
  introduceBank(config);
  return config;
}

/**
 * Show what comes before there is a session. It stays until it tells "stay".
 * @param {PageElement} element @param {PageName | "way" | "guest" | "callback" | "prepare"} name
 */
export async function openBefore(element, name) {
  const config = await load();
  element.config = config;
  document.title = `${t(`${name}.window`)} · ${t("bank")}`;
  furnish(element, config, async () => undefined); // no session yet: kept on this device
  document.body.append(element);
  await new Promise((resolve) => element.addEventListener("stay", resolve, { once: true }));
  for (const part of document.querySelectorAll("demo-ribbon, site-header, status-line")) part.remove();
  element.remove();
}

/**
 * Open a page: load what it needs, show where the customer belongs, and follow the news.
 * @param {PageName} name @param {PageElement} element
 * @param {() => Promise<CustomerView>} [first] How the first view is had; the session's by default.
 */
export async function openPage(name, element, first = customer.application) {
  const config = await load();
  const page = new Page(name, element, config);
  const chosen = furnish(element, config);
  element.addEventListener("speak-slowly", (event) => page.act(() => customer.speakSlowly(/** @type {CustomEvent<boolean>} */ (event).detail)));
  await begin(page, first, chosen);
  if (!page.left) document.body.append(element);
  return page;
}
