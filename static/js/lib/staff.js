/** What the server keeps for staff: the desk, the customer files, and every act a page may ask for. */

import { ask } from "./api.js";
import { heardNow } from "./clock.js";

/** @typedef {"chip" | "qr" | "mrz" | "ocr" | "typed" | "crm"} Source */
/** @typedef {{code: string, message: string}} Message */
/** @typedef {"agent" | "supervisor" | "auditor" | "admin"} Role */
/** @typedef {{id: string, login: string, name: string, role: Role, language: string}} Me */
/** @typedef {"offline" | "available" | "ringing" | "in_call" | "wrap_up" | "break" | "meeting" | "training" | "away"} DeskState */
/** @typedef {{ticket: string, application: string, reference: string, name: string, document: string, waited_s: number, state: "waiting" | "parked" | "matched", booked: boolean}} Waiting */
/** `absent`: the time has come and no page is open; `accepted`: the customer took the ring already.
 * @typedef {{id: string, application: string, reference: string, name: string, at: string, state: "booked" | "due", absent: boolean, rings: number, may_ring: boolean, accepted: boolean}} Booked */
/** @typedef {{id: string, application: string, state: "ringing" | "live" | "dropped" | "ended", ring_seconds_left: number | null, live_since: string | null, booked: boolean, guests: CallGuest[]}} DeskCall */
/** Somebody in a call beside its customer and agent, or asked into it. @typedef {{id: string, kind: "interpreter" | "colleague", mode: "transfer" | "consult" | "join", state: "asked" | "in", name: string, note: string, asked_at: string}} CallGuest */
/** The call this desk is rung for, or is in, as a guest. @typedef {{id: string, kind: "interpreter" | "colleague", mode: "transfer" | "consult" | "join", state: "asked" | "in", call: string, application: string, reference: string, customer: string, agent: string, note: string, ring_seconds_left: number | null}} Invitation */
/** @typedef {{done: number, approved: number, average_s: number | null}} Today */
/** What needs a supervisor. @typedef {{application: string, reference: string, name: string, agent: string, why: "sign" | "signals", at: string}} Summons */
/** @typedef {{state: DeskState, since: string, devices_ready: boolean, late_s: number, queue: Waiting[], summons: Summons[], groups: string[], devices: string[], appointments: Booked[], today: Today, call: DeskCall | null, guest: Invitation | null, owed: Owed | null, wrap_up_until: string | null, now: string}} Desk */

/** @typedef {import("../call/movement.js").Direction} Direction */
/** @typedef {[at_s: number, yaw_deg: number | null, pitch_deg: number | null, planarity: number | null, extent?: number | null]} Measure */
/** @typedef {{kind: "customer" | "staff" | "system" | "crm", name: string}} Actor */
/** @typedef {{sequence: number, name: string, at: string, actor: Actor, data: Record<string, unknown>, call_s: number | null}} FileEvent */
/** @typedef {{id: string, side: "front" | "back" | "document" | "face" | View, state: string, origin: string, current: boolean, taken_at: string, faults: Message[], url: string}} Photograph */
/** @typedef {{id: string, of: "chip" | "app" | "card", width_px: number, too_small: boolean, kept_at: string, url: string}} Portrait */
/** @typedef {{before: string | null, source: Source | null, after: string, actor: Actor, at: string}} Edit */
/** @typedef {{name: string, value: string, confidence: number | null, doubtful: boolean, sources: Partial<Record<Source, string>>, typed: string | null, edits: Edit[]}} Field */
/** @typedef {{field: string, sources: Partial<Record<Source, string>>, signal: boolean}} Conflict */
/** What wants a second look. @typedef {{code: string, field: string | null, message: string, others: {id: string, reference: string}[]}} Flag */
/** @typedef {{id: string, party: string, segment: number, state: "writing" | "finishing" | "finished" | "lost", offset_ms: number, duration_ms: number | null, size_bytes: number | null, is_whole: boolean | null, url: string}} Recording */
/** @typedef {{id: string, state: "due" | "running" | "finished" | "failed", percent: number, problem: Message | null, by: string, asked_at: string, expires_at: string | null, size_bytes: number | null, url: string}} Film */
/** @typedef {{id: string, direction: Direction, asked_at: string, state: "asked" | "passed" | "failed", reason: string | null, peak_deg: number | null, peak: number | null, planarity: number | null, seconds: number | null, threshold_deg: number | null, threshold: number | null, number: string | null, sequence: string | null, series: Measure[], picture_url: string | null, call_s: number | null}} Movement */
/** Steps drawn from a seed that was committed to. @typedef {{id: string, state: "running" | "passed" | "failed", commitment: string, seed: string | null, pool: Direction[], steps: number, orders: number, equivalent: string | null, asked_at: string, ended_at: string | null, call_s: number | null}} Drawing */
/** Asked aloud; `expected` comes with the one that is asked now. @typedef {{id: string, topic: string, state: "open" | "passed" | "failed", is_asked: boolean, expected: string | null, said: string, call_s: number | null}} Question */
/** Questions drawn together. @typedef {{id: string, seed: string, asked_at: string, call_s: number | null, questions: Question[]}} Round */
/** How what is photographed is held. @typedef {"level" | "left" | "right" | "away" | "near" | "finger" | "hand"} View */
/** A photograph asked for in a call. @typedef {{id: string, of: "document" | "face", view: View | null, passed: boolean | null, state: "asked" | "taken" | "declined" | "lapsed", asked_at: string, taken_at: string | null, url: string | null, call_s: number | null}} Still */
/** Where the customer was, as the browser said. @typedef {{state: "known" | "refused" | "unavailable", latitude: number | null, longitude: number | null, accuracy_m: number | null, at: string, call_s: number | null}} Place */
/** One second of a party's line. @typedef {[second: number, kbps: number, loss: number, rtt_ms: number | null, fps: number, width: number, height: number]} Second */
/** @typedef {{customer: Second[], agent: Second[], weak: {loss: number, rtt_ms: number}, bad: {loss: number, rtt_ms: number}}} Line */
/** A number or a mailbox the customer may be reached at, or may not. @typedef {{id: string, masked: string, source: string, as_of: string, note: string, via?: string | null, by: string, verified: boolean, in_force: boolean}} Vouched */
/** The code sent in a call. @typedef {{state: "live" | "used", channel: "sms" | "mail", delivery: "sending" | "handed" | "delivered" | "failed", sent_at: string, again_at: string, expires_at: string, tries_left: number}} CallCode */
/** The link mailed in a call, and who vouches for the mailbox. @typedef {{state: "open" | "void" | "over" | "confirmed", delivery: "sending" | "handed" | "delivered" | "failed", sent_at: string, again_at: string, tries_left: number, confirmed_at: string | null, source: string, as_of: string}} Callback */
/** What the caller said the call is about. @typedef {{by: "service" | "number" | "reference", passed: boolean, at: string}} Identification */
/** A change the customer was asked to authorise. @typedef {{id: string, change: string, identified_by: Identification["by"], state: "asked" | "shown" | "confirmed" | "refused" | "declined" | "lapsed", tries_left: number | null, asked_at: string, expires_at: string, ended_at: string | null, registration: string | null, call_s: number | null}} Authorisation */
/** The entry after a call; not written yet while `entered_at` is null. @typedef {{changed: string, ordered_by: "customer" | "nobody", authorisations: string[], by: string, entered_at: string | null}} CallContact */
/** An entry the desk owes. @typedef {{call: string, application: string, reference: string, name: string, due_at: string, draft: string, authorisations: {id: string, change: string}[]}} Owed */
/** @typedef {{id: string, state: string, notice: {at: string, spoken: boolean} | null, identifications: Identification[], authorisations: Authorisation[], contact: CallContact | null, code: CallCode | null, callback: Callback | null, agent: {name: string}, rang_at: string, live_at: string | null, ended_at: string | null, end_reason: string | null, recordings: Recording[], movements: Movement[], sequences: Drawing[], equivalent: string | null, needed: Direction[], tilt: View[], rounds: Round[], stills: Still[], places: Place[], export: Film | null}} Call */
/** A portrait beside the face in a call. @typedef {{id: string, of: "chip" | "app" | "card", outcome: "match" | "refer" | "no-match", score: number | null, match_at: number, refer_at: number, model: string, looks: number, too_small: boolean, at: string, live_url: string, portrait_url: string | null}} FaceComparison */
/** @typedef {{id: string, signal: string, figure: number, at: string, call_s: number | null, uncleared: boolean}} Signal */
/** A supervisor's look at signals. @typedef {{signals: string[], note: string, by: string, at: string}} Clearance */
/** When the customer gave the silent sign. @typedef {{call: string, at: string, call_s: number | null}} Sign */
/** @typedef {{item: string, done: boolean, by: string | null, at: string | null}} Check */
/** @typedef {"approve" | "reject" | "incomplete"} Verdict */
/** @typedef {{verdict: Verdict, reasons: Message[], note: string, by: string, at: string}} Decision */
/** @typedef {{decide: boolean, approve: boolean, approve_missing: Message[], reject: boolean, incomplete: boolean, export: boolean, clear: boolean, register: boolean, mail: boolean, arrange: boolean}} May */
/**
 * @typedef {object} CustomerFile
 * @property {string} id
 * @property {string} reference
 * @property {string} stage
 * @property {string} language
 * @property {boolean} slow_speech The customer wants to be spoken to slowly.
 * @property {boolean} vulnerable Goes before others who wait.
 * @property {string} service What the customer has or asks for, as the bank named it; may be empty.
 * @property {string} name
 * @property {string} phone_masked
 * @property {string} phone_source
 * @property {Vouched[]} phones Empty while the first number is the only one.
 * @property {Vouched[]} mailboxes
 * @property {string} document Empty until chosen.
 * @property {string} opened_at
 * @property {{stage: string, at: string}[]} stages
 * @property {FileEvent[]} timeline
 * @property {{kind: string, version: string, language: string, given_at: string}[]} consents
 * @property {Photograph[]} photographs
 * @property {Portrait[]} portraits
 * @property {FaceComparison[]} comparisons
 * @property {Signal[]} signals
 * @property {Clearance[]} clearances
 * @property {Sign[]} signs
 * @property {{state: "authentic" | "not-authentic" | "unchecked", reason: string | null, given_at: string} | null} chip
 * @property {Field[]} fields
 * @property {Conflict[]} conflicts
 * @property {Flag[]} flags
 * @property {Call[]} calls
 * @property {Check[]} checklist
 * @property {Check[]} features Classes of what makes the document genuine.
 * @property {number} features_needed
 * @property {string} note
 * @property {Decision | null} decision
 * @property {{at: string, state: string, agent: string} | null} appointment
 * @property {May} may
 * @property {Record<"reject" | "incomplete", Message[]>} reasons
 */
/** @typedef {{id: string, reference: string, name: string, stage: string, verdict: Verdict | null, updated_at: string, document: string, summons: Summons["why"][]}} FileLine */

/** @typedef {{span: string, note: string}} Absence */
/** @typedef {{day: string, opening: string, closed: boolean, off: Absence[], need: number[] | null, booked: number, slots: {at: string, from: string, capacity: number, taken: number}[]}} RosterDay */
/** @typedef {{id: string, name: string, speaks: string[], skills: string[], days: {stints: import("../roster/halves.js").Stint[], off: Absence[], drafted: boolean, weekly: boolean}[]}} RosterAgent */
/** How an agent is to spend days of the week shown, 0 is Monday. @typedef {{agent: string, days: number[], stints: import("../roster/halves.js").Stint[], weekly: boolean}} Draft */
/** @typedef {{id: string, name: string, role: Role, speaks: string[], skills: string[]}} AgentTalents */
/** @typedef {{languages: string[], skills: string[], groups: {name: string, skill: string}[], agents: AgentTalents[]}} Agents */
/** @typedef {{zone: string, today: string, may_plan: boolean, changes: number, kept: number, slot_min: number, conflicts: {at: string, agent: string, application: string, reference: string}[], days: RosterDay[], agents: RosterAgent[], rebooked?: {reassigned: number, withdrawn: number}}} Roster */

/** One call on the wall. @typedef {{id: string, application: string, reference: string, name: string, agent: string, agent_id: string, state: "live" | "dropped", since: string, moved: number, movements: number, line: {loss: number, rtt_ms: number | null, fps: number, height: number} | null, guests: {kind: string, mode: string}[]}} WallCall */
/** The queue does not keep its promise; `acknowledged_by` names who has seen it. @typedef {{id: string, why: "late" | "nobody" | "ranges", count: number, since: string, acknowledged_by: string | null}} WallAlert */
/** @typedef {{now: string, sla_s: number, sla_share: number, longest_call_s: number, within: number | null, served: number, left: number, waits: {at: string, p90_s: number, customers: number}[], expected: {at: string, low_s: number, high_s: number}[], in_range: {n: number, of: number}, summons: Summons[], alerts: WallAlert[], waiting: number, parked: number, waits_since: string | null, late: number, queue: Waiting[], calls: WallCall[], desks: {id: string, name: string, state: string, since: string | null}[], watching: {id: string, call: string, mode: "listen" | "whisper" | "join"} | null}} Wall */

const DESK = "/api/desk";
export const WALL_LIVE = "/api/wall/live";
export const DESK_LIVE = `${DESK}/live`;

/** @param {"GET" | "POST"} method @param {string} path @param {unknown} [body] @returns {Promise<Desk>} */
const desk = (method, path, body) => deskAfter(method, `${DESK}${path}`, body);

/** The desk after an act on something else. @param {"GET" | "POST" | "DELETE"} method @param {string} path @param {unknown} [body] @returns {Promise<Desk>} */
async function deskAfter(method, path, body) {
  const answer = await ask(method, path, { body });
  heardNow(answer.now);
  return answer;
}

/** @param {string} login @param {string} password @returns {Promise<string>} The challenge the code answers. */
export const signIn = async (login, password) =>
  (await ask("POST", "/api/staff/sign-in", { body: { login, password } })).challenge;
/** @param {string} challenge @param {string} code @returns {Promise<Me>} */
export const answerChallenge = (challenge, code) =>
  ask("POST", "/api/staff/sign-in/code", { body: { challenge, code } });
export const signOut = () => ask("POST", "/api/staff/sign-out");
/** @returns {Promise<Me>} */
export const me = () => ask("GET", "/api/staff/me");
/** @param {string} language @returns {Promise<Me>} */
export const speak = (language) => ask("PUT", "/api/staff/language", { body: { language } });

export const look = () => desk("GET", "");
/** @param {string} state */
export const turn = (state) => desk("POST", "/state", { state });
/** @param {boolean} camera @param {boolean} microphone */
export const saveDevices = (camera, microphone) => desk("POST", "/devices", { camera, microphone });
/** @param {string} call */
export const accept = (call) => desk("POST", "/accept", { call });
/** @param {string} call */
export const decline = (call) => desk("POST", "/decline", { call });
/** @param {string} call */
export const hangUp = (call) => desk("POST", "/end", { call });
/** Ring a booked customer who is not there. @param {string} appointment */
export const ring = (appointment) => desk("POST", "/ring", { appointment });
/** @param {string} alert @returns {Promise<Wall>} */
export const acknowledge = (alert) => ask("POST", `/api/wall/alerts/${encodeURIComponent(alert)}/acknowledge`);
/** @returns {Promise<Wall>} */
export async function wall() {
  const answer = await ask("GET", "/api/wall");
  heardNow(answer.now);
  return answer;
}
/** A supervisor looks into a call. @param {string} call @param {"listen" | "whisper" | "join"} mode */
export const lookIn = (call, mode) => ask("POST", `/api/calls/${encodeURIComponent(call)}/supervision`, { body: { mode } });
/** @param {string} call */
export const takeOver = (call) => deskAfter("POST", `/api/calls/${encodeURIComponent(call)}/take-over`);
/** Who could be rung now. @returns {Promise<{id: string, name: string}[]>} */
export const colleagues = () => ask("GET", "/api/desk/colleagues");
/** @param {string} call */
const callGuests = (call) => `/api/calls/${encodeURIComponent(call)}/guests`;
/** Ask somebody into the call, or to take it over. @param {string} call @param {import("../desk/ask-in.js").Wish} wish @returns {Promise<CallGuest & {link: string | null}>} */
export const askIn = (call, wish) => ask("POST", callGuests(call), { body: wish });
/** @param {string} call @param {string} guest */
export const sendOut = (call, guest) => deskAfter("DELETE", `${callGuests(call)}/${guest}`);
/** @param {string} call @param {string} guest */
export const letIn = (call, guest) => deskAfter("POST", `${callGuests(call)}/${guest}/let-in`);
/** @param {string} call @param {string} guest */
export const giveAway = (call, guest) => deskAfter("POST", `${callGuests(call)}/${guest}/give-away`);
/** @param {string} guest */
export const acceptGuest = (guest) => deskAfter("POST", `/api/guests/${guest}/accept`);
/** @param {string} guest */
export const declineGuest = (guest) => deskAfter("POST", `/api/guests/${guest}/decline`);
/** @param {string} guest */
export const leaveAsGuest = (guest) => deskAfter("DELETE", `/api/guests/${guest}`);
/** @param {string} guest @returns {Promise<import("./customer.js").Entry>} */
export const guestPass = (guest) => ask("POST", `/api/guests/${guest}/pass`);
/** Keep what was typed of a call's entry. @param {string} call @param {string} changed */
export const draftContact = (call, changed) => ask("PUT", `${DESK}/contact`, { body: { call, changed } });
/** Write the entry. @param {{call: string, changed: string, authorisations: string[]}} entry */
export const enterContact = (entry) => desk("POST", "/contact", entry);
export const finishWrapUp = () => desk("POST", "/done");
/** @param {string} call @returns {Promise<import("./customer.js").Entry>} */
export const callPass = (call) => ask("POST", `${DESK}/pass`, { body: { call } });

/** One part of the list. @param {string} stage Empty for every stage. @param {string | null} cursor `next` of the part before.
 * @returns {Promise<{files: FileLine[], next: string | null}>} */
export const files = (stage, cursor) =>
  ask("GET", `/api/files?${new URLSearchParams({ ...(stage && { stage }), ...(cursor && { cursor }) })}`);

/** @param {string} id */
const address = (id) => `/api/files/${encodeURIComponent(id)}`;
/** @param {string} id @returns {Promise<CustomerFile>} */
export const file = (id) => ask("GET", address(id));
/** Where a recording that is not finished plays, as far as it went until now.
 * @param {string} id @param {string} recording @returns {Promise<{url: string, duration_ms: number}>} */
export const soFar = (id, recording) => ask("GET", `${address(id)}/recordings/${encodeURIComponent(recording)}/so-far`);
/** What came from each party of a call, second by second.
 * @param {string} id @param {string} call @returns {Promise<Line>} */
export const line = (id, call) => ask("GET", `${address(id)}/calls/${encodeURIComponent(call)}/line`);
/** Have a film made of both sides of a call. @param {string} id @param {string} call @returns {Promise<CustomerFile>} */
export const askExport = (id, call) => ask("POST", `${address(id)}/exports`, { body: { call } });
/** @param {string} id @param {string} item @param {boolean} done @returns {Promise<CustomerFile>} */
export const tick = (id, item, done) => ask("PUT", `${address(id)}/checklist`, { body: { item, done } });
/** @param {string} id @param {string} text @returns {Promise<CustomerFile>} */
export const saveNote = (id, text) => ask("PUT", `${address(id)}/note`, { body: { text } });
/** Four eyes: a supervisor looked at these signals. @param {string} id @param {string[]} signals @param {string} note @returns {Promise<CustomerFile>} */
export const clearSignals = (id, signals, note) => ask("POST", `${address(id)}/clearances`, { body: { signals, note } });
/** @param {string} id @param {Verdict} verdict @param {string[]} reasons @param {string} note @returns {Promise<CustomerFile>} */
export const decide = (id, verdict, reasons, note) =>
  ask("POST", `${address(id)}/decision`, { body: { verdict, reasons, note } });
/** Draw a random sequence and ask for it. @param {string} id @returns {Promise<string>} Its id. */
export const beginSequence = async (id) => (await ask("POST", `${address(id)}/sequences`)).id;
/** Other movements, by what the customer cannot do; null: the usual ones. @param {string} id @param {string | null} want */
export const chooseEquivalent = (id, want) => ask("PUT", `${address(id)}/equivalent`, { body: { want } });
/** Whether the number was read out as shown. @param {string} id @param {string} movement @param {boolean} passed */
export const judgeNumber = (id, movement, passed) => ask("POST", `${address(id)}/movements/${movement}/heard`, { body: { passed } });
/** Put a number or a mailbox in force, with who vouches for it. @param {string} id @param {"phones" | "mailboxes"} kind @param {{number?: string, address?: string, source: string, as_of: string, note: string}} entry */
export const register = (id, kind, entry) => ask("POST", `${address(id)}/${kind}`, { body: entry });
/** Send the customer of the call a code. @param {string} id @param {"sms" | "mail"} by */
export const sendCode = (id, by) => ask("POST", `${address(id)}/code?by=${by}`);
/** Mail the customer of the call a link. @param {string} id @returns {Promise<string>} The digits to tell, said this once. */
export const askCallback = async (id) => (await ask("POST", `${address(id)}/callback`)).code;
/** What the caller said the call is about. @param {string} id @param {{by: Identification["by"], said?: string, right?: boolean}} answer */
export const identify = (id, answer) => ask("POST", `${address(id)}/identifications`, { body: answer });
/** Ask the customer's own page whether this is to be changed. @param {string} id @param {string} change */
export const askAuthorisation = (id, change) => ask("POST", `${address(id)}/authorisations`, { body: { change } });
/** The code the caller reads aloud. @param {string} id @param {string} authorisation @param {string} code */
export const confirmAuthorisation = (id, authorisation, code) => ask("POST", `${address(id)}/authorisations/${authorisation}/confirm`, { body: { code } });
/** Draw questions to ask aloud. @param {string} id @returns {Promise<string>} The round's id. */
export const drawQuestions = async (id) => (await ask("POST", `${address(id)}/questions`)).id;
/** Whether the customer answered well. @param {string} id @param {string} question @param {boolean} passed */
export const judgeQuestion = (id, question, passed) => ask("POST", `${address(id)}/questions/${question}/judged`, { body: { passed } });
/** @param {string} id @param {Direction} direction @returns {Promise<string>} The movement's id. */
export const askMovement = async (id, direction) =>
  (await ask("POST", `${address(id)}/movements`, { body: { direction } })).id;
/** Ask for a photograph in one view. @param {string} id @param {View} view */
export const askView = (id, view) => ask("POST", `${address(id)}/stills`, { body: { view } });
/** Lead through tilting the document. @param {string} id */
export const askTilt = (id) => ask("POST", `${address(id)}/tilts`);
/** Whether a finger or a hand looked genuine. @param {string} id @param {string} still @param {boolean} passed */
export const judgeStill = (id, still, passed) => ask("POST", `${address(id)}/stills/${still}/judged`, { body: { passed } });
/** @param {string} id @param {"document" | "face"} of @returns {Promise<string>} The still's id. */
export const askStill = async (id, of) => (await ask("POST", `${address(id)}/stills`, { body: { of } })).id;

/** @returns {Promise<Agents>} */
export const agents = () => ask("GET", "/api/agents");
/** @param {string} id @param {string[]} speaks @param {string[]} skills @returns {Promise<Agents>} */
export const teach = (id, speaks, skills) => ask("PUT", `/api/agents/${encodeURIComponent(id)}`, { body: { speaks, skills } });
/** Let a customer go before others, or not any more. @param {string} id @param {boolean} vulnerable @returns {Promise<CustomerFile>} */
export const letGoFirst = (id, vulnerable) => ask("PUT", `${address(id)}/priority`, { body: { vulnerable } });
/** Tell this browser of rings and summons. @param {string} endpoint @param {string} p256dh @param {string} auth @returns {Promise<Desk>} */
export const subscribe = (endpoint, p256dh, auth) => ask("PUT", "/api/staff/push", { body: { endpoint, p256dh, auth } });
/** @param {string} endpoint @returns {Promise<Desk>} */
export const unsubscribe = (endpoint) => ask("DELETE", "/api/staff/push", { body: { endpoint } });

/** Times for a call about the result. @param {string} id @returns {Promise<{days: import("./customer.js").Day[]}>} */
export const resultTimes = (id) => ask("GET", `${address(id)}/slots`);
/** @param {string} id @param {string} at @returns {Promise<CustomerFile>} */
export const arrange = (id, at) => ask("PUT", `${address(id)}/appointment`, { body: { at } });
/** @param {string} id @returns {Promise<CustomerFile>} */
export const takeCallBack = (id) => ask("DELETE", `${address(id)}/appointment`);

const ROSTER = "/api/roster";
/** @param {string} from A day of the week wanted; empty for today's. */
const weekOf = (from) => (from ? `?from=${from}` : "");
/** @param {string} from @returns {Promise<Roster>} */
export const roster = (from) => ask("GET", `${ROSTER}${weekOf(from)}`);
/** @param {string} from @param {string} agent @param {string[]} days @param {import("../roster/halves.js").Stint[]} stints @param {boolean} weekly @returns {Promise<Roster>} */
export const draft = (from, agent, days, stints, weekly) => ask("PUT", `${ROSTER}/draft${weekOf(from)}`, { body: { agent, days, stints, weekly } });
/** @param {string} from @returns {Promise<Roster>} */
export const discard = (from) => ask("DELETE", `${ROSTER}/draft${weekOf(from)}`);
/** @param {string} from @returns {Promise<Roster>} */
export const copyWeek = (from) => ask("POST", `${ROSTER}/copy${weekOf(from)}`);
/** @param {string} from @param {boolean} rebook @returns {Promise<Roster>} */
export const publish = (from, rebook) => ask("POST", `${ROSTER}/publish${weekOf(from)}`, { body: { rebook } });
/** No agent named: the bank is closed. @param {string} from @param {{agent: string, day: string, span: string, note: string, rebook: boolean}} off @returns {Promise<Roster>} */
export const takeOff = (from, off) => ask("PUT", `${ROSTER}/days-off${weekOf(from)}`, { body: off });
/** @param {string} from @param {{agent: string, day: string, span: string}} off @returns {Promise<Roster>} */
export const takeBack = (from, off) => ask("POST", `${ROSTER}/days-on${weekOf(from)}`, { body: off });
/** A new address for the calendar program of whoever asks. @returns {Promise<{address: string}>} */
export const openCalendar = () => ask("POST", `${ROSTER}/calendar`);
export const closeCalendar = () => ask("DELETE", `${ROSTER}/calendar`);
