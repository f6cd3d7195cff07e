/** How a line is, in words: the figures of each second, and what the server does about them. */

/** @typedef {"full" | "low" | "sound" | "least"} Step What a party's line carries. */
/** @typedef {Partial<Record<"customer" | "agent", Step>>} Steps */

/** How well a party's media arrive, in one word. Loss above 5 % or 3 pictures a second are seen by
 * everyone; a way of more than 150 ms is felt and one of 400 ms spoils talking (ITU-T G.114), and the
 * round trip is both ways.
 * @param {{loss: number, rtt_ms: number | null, fps: number}} quality @param {boolean} [dark] A camera that is off
 * sends few pictures on the best of lines. @returns {"good" | "fair" | "poor"} */
export function grade({ loss, rtt_ms, fps }, dark = false) {
  const way_ms = (rtt_ms ?? 0) / 2;
  if (loss > 0.05 || way_ms > 400 || (fps < 3 && !dark)) return "poor";
  return loss > 0.02 || way_ms > 150 || (fps < 10 && !dark) ? "fair" : "good";
}

/** Whether the agent's picture is not sent to the customer. @param {Steps} steps */
export const isSoundAlone = ({ customer = "full", agent = "full" }) => [customer, agent].some((step) => step === "sound" || step === "least");

/** Whose line is weak and what is done about it, as the end of a catalogue key; empty when all is well. The customer's
 * line comes first: it carries the evidence. @param {Steps} steps */
export function weakness({ customer = "full", agent = "full" }) {
  if (customer !== "full") return `customer-${customer}`;
  return agent === "full" ? "" : `agent-${agent}`;
}
