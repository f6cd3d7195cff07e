/** Wires the desk: what its parts tell becomes an act on the server. */

import { DeskPage } from "../desk/desk-page.js";
import { DeskWork } from "../desk/desk-work.js";
import * as staff from "../lib/staff.js";
import { sentence } from "../lib/api.js";
import { hasDesk, openStaffPage } from "../lib/staff-page.js";

/** @typedef {import("../ui/note-box.js").NoteBox} NoteBox */
/** @typedef {import("../desk/callback-panel.js").CallbackPanel} CallbackPanel */
/** @typedef {import("../desk/hang-up.js").HangUpQuestion} HangUpQuestion */

const page = new DeskPage();
const work = new DeskWork(page);

/** @param {string} name @param {(detail: any, event: Event) => unknown} act */
const on = (name, act) => page.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail, event));
const call = () => page.desk?.call?.id ?? "";

on("turn", (state) => work.onDesk(() => staff.turn(state)));
on("tested", ({ camera, microphone }) => work.onDesk(() => staff.saveDevices(camera, microphone)));
on("accept", (id) => work.onDesk(() => staff.accept(id)));
on("decline", (id) => work.onDesk(() => staff.decline(id)));
on("ring-customer", (id) => work.onDesk(() => staff.ring(id)));
on("done", () => work.onDesk(staff.finishWrapUp));
on("end-call", () => work.onDesk(() => staff.hangUp(call())));
/** @typedef {import("../desk/ask-in.js").AskIn} AskIn */
const dialog = () => /** @type {AskIn | null} */ (page.querySelector("ask-in"));
on("ask-in-open", async () => {
  const asking = dialog();
  asking?.open();
  if (asking) asking.colleagues = await staff.colleagues().catch(() => []);
});
on("ask-in", async (wish) => {
  const asking = dialog();
  try {
    const made = await staff.askIn(call(), wish);
    if (made.link && asking) asking.link = made.link;
    else asking?.close();
    await work.refresh();
  } catch (error) {
    if (asking) asking.refusal = sentence(error);
  }
});
on("send-out", (guest) => work.onDesk(() => staff.sendOut(call(), guest)));
on("let-in", (guest) => work.onDesk(() => staff.letIn(call(), guest)));
on("give-away", (guest) => work.onDesk(() => staff.giveAway(call(), guest)));
on("guest-accept", (guest) => work.onDesk(() => staff.acceptGuest(guest)));
on("guest-decline", (guest) => work.onDesk(() => staff.declineGuest(guest)));
on("guest-leave", () => work.onDesk(() => staff.leaveAsGuest(page.desk?.guest?.id ?? "")));
on("hang-up", () => /** @type {HangUpQuestion | null} */ (page.querySelector("hang-up-question"))?.ask());
on("retry", () => page.call?.open());
on("tick", ({ item, done }) => work.onFile((id) => staff.tick(id, item, done)));
on("note", async (text, event) => {
  const box = /** @type {NoteBox} */ (event.target);
  box.kept(text, (await work.onFile((id) => staff.saveNote(id, text))) !== null);
});
on("deciding", () => {
  page.refusal = "";
  /** @type {NoteBox | null} */ (page.querySelector("note-box"))?.save();
});
on("decide", ({ verdict, reasons, note }) => work.decide(verdict, reasons, note));
on("ask-movement", (direction) =>
  work.onFile(async (id) => {
    await staff.askMovement(id, direction);
    return staff.file(id);
  }),
);
on("begin-sequence", () =>
  work.onFile(async (id) => {
    await staff.beginSequence(id);
    return staff.file(id);
  }),
);
on("choose-equivalent", (want) =>
  work.onFile(async (id) => {
    await staff.chooseEquivalent(id, want);
    return staff.file(id);
  }),
);
on("judge-number", ({ movement, passed }) =>
  work.onFile(async (id) => {
    await staff.judgeNumber(id, movement, passed);
    return staff.file(id);
  }),
);
on("draw-questions", () =>
  work.onFile(async (id) => {
    await staff.drawQuestions(id);
    return staff.file(id);
  }),
);
on("judge-question", ({ question, passed }) =>
  work.onFile(async (id) => {
    await staff.judgeQuestion(id, question, passed);
    return staff.file(id);
  }),
);
on("identify", (answer) =>
  work.onFile(async (id) => {
    await staff.identify(id, answer);
    return staff.file(id);
  }),
);
on("ask-authorisation", (change, event) =>
  work.onFile(async (id) => {
    await staff.askAuthorisation(id, change);
    /** @type {import("../desk/change-panel.js").ChangePanel} */ (event.target).refusal = ""; // of the code before
    return staff.file(id);
  }),
);
on("confirm-authorisation", async ({ id, code }, event) => {
  const panel = /** @type {import("../desk/change-panel.js").ChangePanel} */ (event.target);
  panel.refusal = "";
  await staff.confirmAuthorisation(page.file?.id ?? "", id, code).catch((error) => (panel.refusal = sentence(error)));
  await work.refreshFile();
});
on("draft-contact", async ({ call: of, changed }, event) => {
  const well = await staff.draftContact(of, changed).then(() => true, () => false);
  /** @type {import("../desk/contact-entry.js").ContactEntry} */ (event.target).kept(changed, well);
});
on("enter-contact", (entry) => work.onDesk(() => staff.enterContact(entry)));
on("send-code", (by) =>
  work.onFile(async (id) => {
    await staff.sendCode(id, by);
    return staff.file(id);
  }),
);
on("ask-callback", (_, event) =>
  work.onFile(async (id) => {
    const code = await staff.askCallback(id);
    const file = await staff.file(id);
    const sent = file.calls.at(-1)?.callback?.sent_at ?? "";
    /** @type {CallbackPanel} */ (event.target).told = { code, sent_at: sent };
    return file;
  }),
);
on("ask-still", (of) =>
  work.onFile(async (id) => {
    await staff.askStill(id, of);
    return staff.file(id);
  }),
);
on("ask-view", (view) =>
  work.onFile(async (id) => {
    await staff.askView(id, view);
    return staff.file(id);
  }),
);
on("ask-tilt", () =>
  work.onFile(async (id) => {
    await staff.askTilt(id);
    return staff.file(id);
  }),
);
on("judge-still", ({ still, passed }) =>
  work.onFile(async (id) => {
    await staff.judgeStill(id, still, passed);
    return staff.file(id);
  }),
);
on("show-missing", async (code) => {
  await /** @type {import("../desk/call-tasks.js").CallTasks | null} */ (page.querySelector("call-tasks"))?.show(code);
  const wanted = /** @type {HTMLElement | null} */ (page.querySelector(`[data-missing="${code}"]`));
  wanted?.scrollIntoView({ block: "nearest" });
  wanted?.focus();
});

if (await openStaffPage("desk", page)) {
  if (page.me && hasDesk(page.me)) await work.follow();
  else location.replace("/staff/files");
}
