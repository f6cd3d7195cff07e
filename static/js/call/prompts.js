/** Prompts said aloud where the device has a voice of the language; the words on the page come first. */

const LANGUAGE = { vi: "vi-VN", en: "en-GB" };
const SILENT = "ekyc.silent";
const LONGEST_MS = 20_000;

/** @param {import("../lib/i18n.js").Language} language */
function voiceFor(language) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.lang.toLowerCase().startsWith(language)) ?? null;
}

/** Whether this device could say them. @param {import("../lib/i18n.js").Language} language */
export const hasVoice = (language) => voiceFor(language) !== null;

/** Whether the customer wants to hear none. */
export const isSilent = () => localStorage.getItem(SILENT) !== null;

/** @param {boolean} silent */
export function beSilent(silent) {
  if (silent) {
    localStorage.setItem(SILENT, "1");
    globalThis.speechSynthesis?.cancel();
  } else localStorage.removeItem(SILENT);
}

/** Shares of a voice's usual speed. */
const RATE = { usual: 0.95, slow: 0.7 };

/** What is being said: some browsers forget the end of words nobody holds. @type {SpeechSynthesisUtterance | null} */
let words = null;

/** Whether it was said to its end; slower where the customer asked for it. @param {string} text @param {import("../lib/i18n.js").Language} language @param {boolean} slowly @returns {Promise<boolean>} */
export function say(text, language, slowly) {
  const voice = voiceFor(language);
  if (!voice || isSilent()) return Promise.resolve(false); // a Vietnamese sentence in an English voice helps nobody
  const said = new SpeechSynthesisUtterance(text);
  words = Object.assign(said, { voice, lang: LANGUAGE[language], rate: slowly ? RATE.slow : RATE.usual });
  return new Promise((resolve) => {
    said.onend = () => resolve(true);
    said.onerror = () => resolve(false);
    setTimeout(() => resolve(false), LONGEST_MS); // a browser that never says how it went
    speechSynthesis.cancel(); // the newest prompt is the one that counts
    speechSynthesis.speak(said);
  });
}

/** Voices load late in some browsers: ask once early. */
export const warmUp = () => globalThis.speechSynthesis?.getVoices();

/** Two soft notes: "it is your turn", and the test of the speaker. @param {AudioContext} context */
export function chime(context) {
  for (const [note, start] of /** @type {const} */ ([[659.3, 0], [880, 0.22]])) {
    const tone = new OscillatorNode(context, { frequency: note, type: "sine" });
    const level = new GainNode(context, { gain: 0 });
    const at = context.currentTime + start;
    level.gain.setValueAtTime(0, at);
    level.gain.linearRampToValueAtTime(0.25, at + 0.02);
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
    tone.connect(level).connect(context.destination);
    tone.start(at);
    tone.stop(at + 1);
  }
}
