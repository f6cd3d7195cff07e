/** The desk's work: follow the server, keep the file fresh, open and close the call, carry out acts. */

import { Refused, sentence } from "../lib/api.js";
import { languages } from "../lib/i18n.js";
import * as staff from "../lib/staff.js";
import { attempt } from "../lib/staff-page.js";
import { AgentCall } from "./agent-call.js";
import { Ringer } from "./ringer.js";
import { sceneOf } from "./scene.js";

/** @typedef {import("./desk-page.js").DeskPage} DeskPage */
/** @typedef {import("../lib/staff.js").Desk} Desk */
/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */

/** News normally comes by the event stream; while that is broken the page asks by itself. */
const ASK_EVERY_MS = 5_000;
/** In a call the file also changes by what the customer does. */
const FILE_EVERY_MS = 10_000;

export class DeskWork {
  #asked = 0;
  /** The call, or the guest's seat, that is joined. */
  #joined = "";

  /** @param {DeskPage} page */
  constructor(page) {
    this.page = page;
    this.ringer = new Ringer();
  }

  /** Follow the desk until the page is left. */
  follow() {
    const stream = new EventSource(staff.DESK_LIVE);
    stream.addEventListener("changed", () => this.refresh());
    setInterval(() => stream.readyState !== EventSource.OPEN && this.refresh(), ASK_EVERY_MS);
    setInterval(() => this.page.call && this.refreshFile(), FILE_EVERY_MS);
    languages.addEventListener("changed", () => this.refresh());
    return this.refresh();
  }

  async refresh() {
    const desk = await attempt(this.page, staff.look);
    if (desk) this.take(desk);
  }

  /** @param {Desk} desk */
  take(desk) {
    const { page } = this;
    if (page.desk && Date.parse(desk.now) < Date.parse(page.desk.now)) return; // an older answer that came later
    const scene = sceneOf(desk);
    page.desk = desk;
    this.ringer.turn(scene === "ringing" || scene === "asked");
    this.#turnCall(scene === "call" ? desk.call?.id : null, scene === "guest" ? desk.guest?.id : null);
    if (scene === "idle" || scene === "asked" || scene === "guest") page.file = null;
    else this.refreshFile(desk.call?.application ?? page.file?.id);
  }

  /** The line to the desk's own call, or to a colleague's as a guest: another one replaces it.
   * @param {string | null | undefined} own @param {string | null | undefined} guest */
  #turnCall(own, guest) {
    const { page } = this;
    const wanted = own ?? guest ?? "";
    if (wanted !== this.#joined) {
      page.call?.close();
      page.call = null;
    }
    this.#joined = wanted;
    if (!wanted || page.call) return;
    page.call = new AgentCall(() => (own ? staff.callPass(wanted) : staff.guestPass(wanted)));
    page.call.isGuest = !own;
    page.call.addEventListener("changed", () => page.version++);
    page.call.addEventListener("moved", () => this.refreshFile());
    page.call.open();
  }

  /** The newest answer wins, whatever order the answers come in. @param {string} [id] */
  async refreshFile(id = this.page.file?.id) {
    if (!id) return;
    const at = ++this.#asked;
    const file = await staff.file(id).catch(() => null); // asked again with the next news
    if (file && at === this.#asked) this.page.file = file;
  }

  /** An act on the desk. @param {() => Promise<Desk>} work */
  async onDesk(work) {
    const { page } = this;
    if (page.busy) return;
    page.busy = true;
    const desk = await attempt(page, work);
    page.busy = false;
    if (desk) this.take(desk);
    else await this.refreshQuietly();
  }

  /** After a refusal: show where the desk stands, and leave the refusal's sentence. */
  async refreshQuietly() {
    const { trouble } = this.page;
    await this.refresh();
    this.page.trouble = trouble;
  }

  /** An act on the file; a refused one puts back what the page shows. Where the file was asked for
   * while the act was on its way, that answer may be older than the act: it is asked for once more.
   * @param {(id: string) => Promise<CustomerFile>} work */
  async onFile(work) {
    const { page } = this;
    const id = page.file?.id;
    if (!id) return null;
    const at = ++this.#asked;
    const file = await attempt(page, () => work(id));
    if (file && at === this.#asked) page.file = file;
    else if (file) await this.refreshFile(id);
    else if (page.file) page.file = { ...page.file };
    return file;
  }

  /** @param {import("../lib/staff.js").Verdict} verdict @param {string[]} reasons @param {string} note */
  async decide(verdict, reasons, note) {
    const { page } = this;
    const id = page.file?.id;
    if (!id || page.busy) return;
    page.busy = true;
    page.refusal = "";
    try {
      page.file = await staff.decide(id, verdict, reasons, note);
      this.#asked++;
    } catch (error) {
      page.refusal = sentence(error);
      if (error instanceof Refused) await this.refreshFile();
    } finally {
      page.busy = false;
    }
  }
}
