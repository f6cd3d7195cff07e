/** Events of a file in words: a picture, a sentence, a detail line; pure but for the texts. */

import { hasText, t } from "../lib/i18n.js";
import { decimal } from "./format.js";

/** @typedef {import("../lib/staff.js").FileEvent} FileEvent */

/** Picture and colour of each kind of event. @type {Record<string, [picture: string, kind: string]>} */
const LOOKS = {
  "application.opened": ["plus", "brand"],
  "application.moved": ["chevron-right", ""],
  "application.reminded": ["bell", ""],
  "application.deleted": ["circle-x", "warn"],
  "session.opened": ["link", ""],
  "speech.wished": ["ear", ""],
  "consent.given": ["square-check-big", "ok"],
  "mailbox.registered": ["mail", ""],
  "callback.wanted": ["mail", "brand"],
  "callback.confirmed": ["mail", "ok"],
  "code.sent": ["message-square", ""],
  "code.refused": ["key-round", "warn"],
  "code.confirmed": ["key-round", "ok"],
  "document.chosen": ["id-card", ""],
  "document.read": ["camera", "ok"],
  "document.refused": ["camera", "warn"],
  "help.asked": ["headset", "warn"],
  "handover.offered": ["smartphone", ""],
  "handover.taken": ["smartphone", "brand"],
  "handover.ended": ["monitor", ""],
  "application.confirmed": ["send", ""],
  "application.flagged": ["flag", "warn"],
  "chip.given": ["id-card", ""],
  "portrait.given": ["user", ""],
  "face.compared": ["user", ""],
  "signal.raised": ["triangle-alert", "warn"],
  "signals.cleared": ["shield-check", "ok"],
  "precheck.made": ["activity", ""],
  "booking.made": ["calendar-check", "brand"],
  "booking.moved": ["calendar-clock", ""],
  "result.presented": ["video", ""],
  "booking.reassigned": ["calendar-clock", ""],
  "booking.cancelled": ["calendar-x", ""],
  "booking.reminded": ["bell", ""],
  "booking.due": ["alarm-clock", "brand"],
  "booking.answered": ["phone-call", "ok"],
  "booking.missed": ["phone-missed", "warn"],
  "ticket.queued": ["users", "brand"],
  "ticket.parked": ["circle-pause", ""],
  "ticket.returned": ["repeat", ""],
  "recall.asked": ["bell-ring", ""],
  "recall.made": ["message-square", "brand"],
  "recall.notified": ["send", ""],
  "recall.delivered": ["check", ""],
  "recall.failed": ["circle-x", "warn"],
  "recall.refused": ["circle-x", "warn"],
  "recall.lapsed": ["clock", "warn"],
  "ticket.left": ["door-open", ""],
  "ticket.matched": ["user-check", ""],
  "ticket.rerouted": ["languages", ""],
  "priority.given": ["arrow-up", "warn"],
  "priority.taken": ["arrow-down", ""],
  "desk.rang": ["bell-ring", ""],
  "desk.missed": ["phone-missed", "warn"],
  "desk.declined": ["phone-missed", "warn"],
  "call.started": ["phone", ""],
  "call.live": ["video", "brand"],
  "call.dropped": ["wifi-off", "warn"],
  "call.resumed": ["wifi", ""],
  "call.switched": ["mic-off", ""],
  "call.stepped": ["signal", ""],
  "call.ended": ["phone-off", ""],
  "notice.given": ["megaphone", ""],
  "identification.passed": ["user-check", "ok"],
  "identification.failed": ["x", "warn"],
  "authorisation.asked": ["key-round", ""],
  "authorisation.shown": ["eye", ""],
  "authorisation.confirmed": ["shield-check", "ok"],
  "authorisation.refused": ["shield-off", "bad"],
  "authorisation.declined": ["shield-off", "warn"],
  "authorisation.lapsed": ["timer", ""],
  "contact.entered": ["clipboard-check", ""],
  "contact.missed": ["undo-2", "warn"],
  "camera.asked": ["switch-camera", ""],
  "place.told": ["map-pin", ""],
  "still.asked": ["camera", ""],
  "still.taken": ["camera", "ok"],
  "still.declined": ["camera", "warn"],
  "still.lapsed": ["camera", ""],
  "still.passed": ["check", "ok"],
  "still.failed": ["x", "bad"],
  "movement.asked": ["captions", ""],
  "movement.passed": ["check", "ok"],
  "movement.failed": ["x", "bad"],
  "sequence.committed": ["lock", ""],
  "sequence.revealed": ["key-round", ""],
  "equivalent.chosen": ["list-filter", "warn"],
  "questions.drawn": ["circle-help", ""],
  "question.passed": ["check", "ok"],
  "question.failed": ["x", "warn"],
  "sign.given": ["shield-alert", "bad"],
  "supervisor.called": ["shield-alert", "warn"],
  "call.transferred": ["repeat", "warn"],
  "guest.asked": ["user-plus", ""],
  "guest.joined": ["users", "info"],
  "guest.switched": ["users", ""],
  "guest.left": ["log-out", ""],
  "guest.declined": ["phone-missed", ""],
  "guest.missed": ["phone-missed", "warn"],
  "guest.cancelled": ["undo-2", ""],
  "recording.interrupted": ["triangle-alert", "bad"],
  "recording.finished": ["film", ""],
  "checklist.ticked": ["clipboard-check", ""],
  "note.written": ["notebook-pen", ""],
  "decision.made": ["shield-check", "brand"],
  "decision.missed": ["undo-2", "warn"],
  "file.viewed": ["eye", ""],
  "recording.viewed": ["play", ""],
  "export.asked": ["film", ""],
  "export.finished": ["film", "ok"],
  "export.failed": ["film", "warn"],
  "export.fetched": ["download", ""],
  "export.removed": ["trash-2", ""],
  "result.fetched": ["file-check", ""],
  "media.fetched": ["film", ""],
  "webhook.replayed": ["repeat", ""],
  "webhook.delivered": ["webhook", ""],
  "webhook.failed": ["webhook", "warn"],
};

/** How values of an event's data are called: the first catalogue key that exists. @type {Record<string, string[]>} */
const WORDS = {
  direction: ["direction-long"],
  signal: ["signal-name"],
  signals: ["signal-name"],
  side: ["side"],
  topic: ["topic"],
  of: ["side"],
  why: ["summons"],
  view: ["side"],
  verdict: ["verdict"],
  party: ["party"],
  switch: ["switch"],
  step: ["step-of-line"],
  reason: ["fail", "end"],
  item: ["check"],
  kind: ["kind", "party"],
  mode: ["mode"],
  channel: ["channel"],
  stage: ["stage"],
  network: ["network"],
  by: ["missed-by", "handover-by", "change.known-by"],
  ordered_by: ["ordered-by"],
  spoken: ["notice-spoken"],
  purpose: ["handover-purpose", "code-purpose"],
  device: ["device-kind"],
  flags: ["flag-name"],
  state: ["place-state", "chip-state"],
};

/** @param {FileEvent} event @returns {[picture: string, kind: string]} */
export const look = ({ name, data }) =>
  name === "decision.made" && data.verdict === "reject" ? ["circle-x", "bad"] : (LOOKS[name] ?? ["circle-dot", ""]);

/** @param {string} key @param {unknown} value */
function word(key, value) {
  const area = (WORDS[key] ?? []).find((prefix) => hasText(`${prefix}.${value}`));
  return area ? t(`${area}.${value}`) : null;
}

/** @param {FileEvent} event */
export const title = ({ name }) => (hasText(`event.${name}`) ? t(`event.${name}`) : name);

/** What the event's data add, in words; codes without words are left out. @param {FileEvent} event */
export function detail({ name, data }) {
  const words = Object.entries(data).flatMap(([key, value]) => [value].flat().map((one) => word(key, one)));
  const measured = name === "precheck.made" && "fps" in data ? [measurement(data)] : []; // older ones hold the page's word
  return [...words.filter((said) => said !== null), ...measured].join(" · ");
}

/** A device test as the server measured it. @param {Record<string, any>} data */
const measurement = ({ kbps, loss, fps, width, height, sound, speaker, light, down_kbps, down_loss }) =>
  [
    t("test.measured", {
      kbps: decimal(kbps, 0), loss: decimal(loss * 100, 1), size: `${width}×${height}`, fps: decimal(fps, 0),
      sound: t(sound ? "test.sound" : "test.silence"),
    }),
    typeof down_kbps === "number" ? t("test.down", { kbps: decimal(down_kbps, 0), loss: decimal(down_loss * 100, 1) }) : "",
    light === false ? t("test.dark") : "",
    speaker ? t("test.speaker") : "",
  ].filter(Boolean).join(" · ");
