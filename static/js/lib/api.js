/** Asking the server: JSON in, JSON or a refusal out, and a word to the page while the line is down. */

import { language, Sentence, t } from "./i18n.js";

/** @typedef {{field: string, code: string, detail: string}} FieldFault */
/** @typedef {{code?: string, detail?: string, values?: Record<string, string | number>, errors?: FieldFault[]}} Problem */

/** Pauses between tries while the network is down, in seconds. */
const PAUSES_S = [1, 2, 4, 8, 15];
/** A photograph that is not there after this is sent anew. */
const SENDING_MS = 90_000;

/** Says "lost" and "back" as requests stop and start reaching the server, "outdated" when a newer page is there. */
export const connection = new EventTarget();
let reached = true;

/** Whether the last request reached the server. */
export const isReached = () => reached;

/** @param {boolean} now */
function announce(now) {
  if (now === reached) return;
  reached = now;
  connection.dispatchEvent(new Event(now ? "back" : "lost"));
}

/** The server understood and said no; `code` is the contract, `detail` the sentence to show. */
export class Refused extends Error {
  /** @param {number} status @param {Problem} problem */
  constructor(status, { code = "error", detail = "", values, errors = [] }) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = new Sentence(code, values, detail || t("error.general"));
    this.errors = errors.map((fault) => ({ field: fault.field, detail: new Sentence(fault.code, {}, fault.detail) }));
  }
}

/** The server was not reached; whether it acted on the request is not known. */
export class Unreachable extends Error {
  constructor() {
    super("unreachable");
    this.detail = new Sentence("error.unreachable");
  }
}

/** What a refusal said on the call's socket shows. @param {Problem} problem */
export const refusal = (problem) => new Refused(0, problem).detail;

/** The sentence to show for whatever went wrong. @param {unknown} error */
export function sentence(error) {
  return error instanceof Refused || error instanceof Unreachable ? error.detail : new Sentence("error.general");
}

/** The pages' edition this page was loaded with; another one in an answer: the server was upgraded. */
let edition = "";

/** @param {string | null} now */
function compare(now) {
  if (edition && now && now !== edition) connection.dispatchEvent(new Event("outdated"));
  edition ||= now ?? "";
}

/** @param {Response} response */
async function read(response) {
  compare(response.headers.get("ekyc-edition"));
  const body = response.headers.get("content-type")?.includes("json") ? await response.json() : null;
  if (!response.ok) throw new Refused(response.status, body ?? {});
  return body;
}

/** Resolves early when the device says it is online again. @param {number} seconds */
function pause(seconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    addEventListener("online", resolve, { once: true });
  });
}

/** @param {string} method @param {{body?: unknown, blob?: Blob}} options @returns {RequestInit} */
function request(method, { body, blob }) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json", "accept-language": language() };
  if (method !== "GET") headers["x-ekyc"] = "1"; // no form of another site can send this header
  if (blob) return { method, headers: { ...headers, "content-type": blob.type || "image/jpeg" }, body: blob };
  if (body === undefined) return { method, headers };
  return { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** A request that tells how much of it is sent, which fetch cannot. Rejects when the server is not reached.
 * @param {string} path @param {RequestInit} init @param {(share: number) => void} tell
 * @returns {Promise<Response>} */
function sent(path, { method = "PUT", headers, body }, tell) {
  const line = new XMLHttpRequest();
  line.open(method, path);
  line.timeout = SENDING_MS;
  for (const [name, value] of Object.entries(/** @type {Record<string, string>} */ (headers))) line.setRequestHeader(name, value);
  return new Promise((resolve, reject) => {
    line.upload.addEventListener("progress", ({ loaded, total }) => tell(total ? loaded / total : 0));
    for (const lost of ["error", "timeout", "abort"]) line.addEventListener(lost, reject);
    line.addEventListener("load", () => {
      const known = ["content-type", "ekyc-edition"].map((name) => [name, line.getResponseHeader(name) ?? ""]);
      resolve(new Response(line.responseText, { status: line.status, headers: Object.fromEntries(known) }));
    });
    line.send(/** @type {Blob} */ (body));
  });
}

/**
 * One request. A lost network is waited out, except for POST: whether the server acted is not known,
 * so the person decides.
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method @param {string} path
 * @param {{body?: unknown, blob?: Blob, tell?: (share: number) => void}} [options] `tell` hears how much of the blob is sent.
 * @returns {Promise<any>}
 */
export async function ask(method, path, options = {}) {
  const pauses = method === "POST" ? [] : [...PAUSES_S];
  for (;;) {
    const init = request(method, options);
    const response = await (options.tell ? sent(path, init, options.tell) : fetch(path, init)).catch(() => null);
    announce(response !== null);
    if (response) return read(response);
    const next = pauses.shift();
    if (next === undefined) throw new Unreachable();
    await pause(next);
  }
}
