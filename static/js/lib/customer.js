/** What the server keeps about this customer, and every act a page may ask for. */

import { ask } from "./api.js";
import { heardNow } from "./clock.js";

/** @typedef {"start" | "code" | "document" | "capture" | "handover" | "confirm" | "booking" | "precheck" | "waiting" | "call" | "result"} PageName */
/** @typedef {"front" | "back"} Side */
/** @typedef {"qr" | "mrz" | "ocr" | "typed"} Source */
/** @typedef {{code: string, message: string}} Message */
/** @typedef {{state: "accepted" | "refused", faults: Message[], at: string}} Photograph */
/** @typedef {{name: string, value: string, doubtful: boolean, confidence: number | null, sources: Partial<Record<Source, string>>, source: Source | null}} Field */
/** @typedef {{field: string, sources: Partial<Record<Source, string>>}} Conflict */
/** `again_by` is how the next one would come.
 * @typedef {{channel: "sms" | "voice" | "mail", state: "sending" | "handed" | "delivered" | "failed", again_by: "sms" | "voice", sent_at: string, again_at: string, expires_at: string, tries_left: number}} Code */
/** @typedef {{verdict: "approve" | "reject" | "incomplete", reasons: Message[], at: string, may_resume: boolean}} Decision */
/** @typedef {{low_s: number, high_s: number}} Wait */
/** Away: told when the turn is near, so often already, to come back by then. @typedef {{asked: boolean, nth: number, until: string | null, devices: string[]}} Recall */
/** @typedef {{state: "waiting" | "parked" | "matched", position: number, ahead: number, waited_s: number, wait: Wait | null, recall: Recall | null, may_be_told: boolean}} Ticket */
/** What awaits who would call now. @typedef {{open: boolean, opens_at: string | null, full: boolean, wait: Wait | null, may_be_told: boolean}} Prospect */
/** @typedef {{id: string, state: "ringing" | "live" | "dropped" | "ended", seconds_left: number | null, still: import("../call/asked-still.js").Wish | null, question: {id: string, topic: string} | null, code: {channel: "sms" | "mail", sent_at: string, expires_at: string, tries_left: number} | null, callback: boolean, authorisation: import("../ui/change-sheet.js").Asked | null, place_decimals: number | null}} Call */
/** @typedef {{at: string, free: number}} Slot */
/** @typedef {{day: string, closed: boolean, slots: Slot[]}} Day */
/** @typedef {{state: "booked" | "due", at: string, minutes: number, change_until: string, may_cancel: boolean, may_move: boolean, remind_at: string | null, late_min: number, rings: boolean, agent_there: boolean, may_postpone: boolean, postpone_min: number, devices: string[]}} Appointment */
/** @typedef {{missed: "customer" | "agent" | null, lapsed: boolean, may_book: boolean, days_ahead: number, change_until_min: number, hold: {at: string, until: string} | null}} Booking */
/** The way to the telephone; `here` and `over` are said to the telephone itself.
 * @typedef {{state: "offered" | "expired" | "taken" | "here" | "over", purpose: "photographs" | "call", expires_at: string, taken_at: string | null, device: import("./browsers.js").Platform | null}} Handover */
/**
 * @typedef {object} CustomerView
 * @property {string} id
 * @property {string} reference
 * @property {string} stage
 * @property {"vi" | "en"} language
 * @property {boolean} slow_speech The customer wants to be spoken to slowly.
 * @property {PageName} page Where the customer belongs now.
 * @property {{version: string, kinds: string[], optional: string[], given: string[]}} consents `kinds` are needed.
 * @property {{masked: string, source: string, as_of: string, verified: boolean}} phone An unverified number is never called.
 * @property {Code | null} code
 * @property {{kind: string, sides: Side[]} | null} document
 * @property {Record<Side, Photograph | null>} photographs
 * @property {{failed: number, asked: "call" | "book" | "type" | null}} help Photographs that failed in a row, and the way of help asked for last.
 * @property {Field[]} fields
 * @property {Conflict[]} conflicts
 * @property {Handover | null} handover
 * @property {{camera: boolean, microphone: boolean, network: "ok" | "weak" | "blocked", kbps: number, loss: number, rtt_ms: number | null,
 *   down_kbps: number | null, down_loss: number | null} | null} device_test The line as the server measured it, and the way back as the page did.
 * @property {Ticket | null} ticket
 * @property {Prospect | null} prospect
 * @property {Call | null} call
 * @property {Appointment | null} appointment
 * @property {Booking | null} booking
 * @property {Decision | null} decision
 * @property {string} now
 */
/**
 * @typedef {object} Config
 * @property {boolean} demo
 * @property {string} address Where customers reach this server; empty when that is not set.
 * @property {{name_vi: string, name_en: string, hotline: string, hotline_hours: string, zone: string}} bank
 * @property {("vi" | "en")[]} languages
 * @property {{photo_max_bytes: number, photo_long_side_px: number, still_bytes: number, still_timer_s: number, rejoin_s: number}} limits
 * @property {{auto: boolean, gallery: boolean, failures: number}} capture Whether the camera may take the picture by itself, whether a picture from the device counts, and after how many that failed help is offered.
 * @property {string} push The server's key for push services; empty: nobody is rung by push.
 * @property {string[]} documents Kinds that can be photographed, in the order they are offered.
 */

const ROOT = "/api/customer";

/** @param {"GET" | "POST" | "PUT" | "DELETE"} method @param {string} path @param {{body?: unknown, blob?: Blob, tell?: (share: number) => void}} [options] @returns {Promise<CustomerView>} */
async function view(method, path, options) {
  const answer = await ask(method, `${ROOT}${path}`, options);
  heardNow(answer.now);
  return answer;
}

/** @returns {Promise<Config>} */
export const config = () => ask("GET", "/api/config");

/** @param {string} token */
export const openSession = (token) => view("POST", "/session", { body: { token } });
export const application = () => view("GET", "/application");
/** @param {string[]} given @param {string} version @param {string} language */
export const consent = (given, version, language) => view("POST", "/consents", { body: { given, version, language } });
/** @param {string} language */
export const speak = (language) => view("PUT", "/language", { body: { language } });
/** @param {boolean} slow */
export const speakSlowly = (slow) => view("PUT", "/speech", { body: { slow } });
/** Said nothing, the server chooses how. @param {"sms" | null} by */
export const sendCode = (by) => view("POST", by ? `/code?by=${by}` : "/code");
/** @param {string} code */
export const confirmCode = (code) => view("POST", "/code/confirm", { body: { code } });
/** The code of the call. @param {string} code */
export const confirmCallCode = (code) => view("POST", "/code/finish", { body: { code } });
/** @param {string} kind */
export const chooseDocument = (kind) => view("POST", "/document", { body: { kind } });
/** Go on without good photographs. @param {"call" | "book" | "type"} way */
export const askHelp = (way) => view("POST", "/help", { body: { way } });
/** A fresh code for the telephone, drawn (SVG). @returns {Promise<{picture: string, expires_at: string}>} */
export const offerHandover = () => ask("POST", `${ROOT}/handover`);
export const takeBack = () => view("DELETE", "/handover");
/** This telephone goes on. @param {string} token @param {import("./browsers.js").Platform} device */
export const takeOver = (token, device) => view("POST", "/handover/session", { body: { token, device } });
/** @param {Side} side @param {"camera" | "upload"} origin @param {Blob} blob */
export const sendPhotograph = (side, origin, blob) => view("PUT", `/photographs/${side}?origin=${origin}`, { blob });
/** @param {Side} side @param {string} version Changes with the photograph, so that no old picture is shown. */
export const photographAddress = (side, version) => `${ROOT}/photographs/${side}?at=${encodeURIComponent(version)}`;
/** @param {Record<string, string>} fields */
export const saveFields = (fields) => view("PUT", "/fields", { body: { fields } });
/** @param {Record<string, string>} fields */
export const confirmFields = (fields) => view("POST", "/confirm", { body: { fields } });
/** The one-use right to enter a room, and the ways the media may go.
 * @typedef {{pass: string, ice: {servers: RTCIceServer[], relay_only: boolean}}} Entry */
/** @returns {Promise<Entry>} */
export const precheckPass = () => ask("POST", `${ROOT}/precheck`);
/** What the server cannot see; its own measurement comes back. @param {{camera: boolean, microphone: boolean,
 * light: boolean | null, speaker: boolean | null, down: {kbps: number, loss: number} | null}} result */
export const savePrecheck = (result) => view("POST", "/precheck/result", { body: result });
/** @returns {Promise<{minutes: number, exact_min: number, days: Day[]}>} */
export const slots = () => ask("GET", `${ROOT}/slots`);
/** @param {string} at */
export const hold = (at) => view("PUT", "/hold", { body: { at } });
export const letGo = () => view("DELETE", "/hold");
/** @param {string} zone The customer's own. */
export const book = (zone) => view("POST", "/booking", { body: { zone } });
export const cancelBooking = () => view("DELETE", "/booking");
export const answer = () => view("POST", "/answer");
export const decline = () => view("POST", "/decline");
/** Ring again in some minutes. */
export const postpone = () => view("POST", "/postpone");
/** Ring this browser too. @param {string} endpoint @param {string} p256dh @param {string} auth */
export const subscribe = (endpoint, p256dh, auth) => view("PUT", "/push", { body: { endpoint, p256dh, auth } });
/** @param {string} endpoint */
export const unsubscribe = (endpoint) => view("DELETE", "/push", { body: { endpoint } });
export const callNow = () => view("POST", "/ticket");
export const leaveQueue = () => view("DELETE", "/ticket");
/** Keep the place, and tell me when it is nearly my turn. */
export const tellMe = () => view("POST", "/ticket/recall");
/** Here again. */
export const comeBack = () => view("DELETE", "/ticket/recall");
/** @returns {Promise<Entry>} */
export const callPass = () => ask("POST", `${ROOT}/pass`);
/** The photograph the agent asked for. @param {string} id @param {Blob} blob @param {(share: number) => void} tell */
export const sendStill = (id, blob, tell) => view("PUT", `/stills/${id}`, { blob, tell });
/** @param {string} id */
export const declineStill = (id) => view("DELETE", `/stills/${id}`);
/** The customer wants the change: this session is shown the code. */
export const showChange = () => view("POST", "/authorisation/show");
export const declineChange = () => view("POST", "/authorisation/decline");
/** The page told that the call is recorded. @param {boolean} spoken */
export const giveNotice = (spoken) => ask("POST", `${ROOT}/notice`, { body: { spoken } });
export const hangUp = () => view("POST", "/leave");
export const resume = () => view("POST", "/resume");
export const LIVE = `${ROOT}/live`;
/** What a guest's link leads to. @typedef {{kind: string, state: string, note: string, language: string}} GuestInvitation */
/** @param {string} token @returns {Promise<GuestInvitation>} */
export const guestInvitation = (token) => ask("POST", "/api/guest", { body: { token } });
/** @param {string} token @returns {Promise<Entry>} */
export const guestPass = (token) => ask("POST", "/api/guest/pass", { body: { token } });
/** What a mailed link is good for. @typedef {{state: "open" | "void" | "over" | "confirmed", tries_left: number, expires_at: string | null, language: "vi" | "en", now: string}} LinkedCallback */
/** @param {string} path @param {Record<string, string>} body @returns {Promise<LinkedCallback>} */
async function callback(path, body) {
  const answer = await ask("POST", `/api/callback${path}`, { body });
  heardNow(answer.now);
  return answer;
}
/** @param {string} token */
export const callbackLink = (token) => callback("", { token });
/** @param {string} token @param {string} code */
export const confirmCallback = (token, code) => callback("/confirm", { token, code });
/** The six questions, by language; days are ISO 8601. @typedef {{posted: string, updated: string, answers: {topic: string, question: string, answer: string}[]}} Preparation */
/** @returns {Promise<Record<string, Preparation>>} */
export const preparation = () => ask("GET", "/api/preparation");
