/** The start-up of the demo's pages: texts, ribbon, language; no session, because nobody is signed in. */

import { ask } from "./api.js";
import { keptLanguage, language, provide, t, useLanguage, useTexts, useZone } from "./i18n.js";
import "../ui/demo-ribbon.js";
import "../ui/site-header.js";

/** @param {HTMLElement} element @param {string} window The catalogue's key of the window's name.
 * @param {{inbox?: boolean}} [door] Whether there is an inbox behind this door. */
export async function openDemoPage(element, window, { inbox = true } = {}) {
  await useLanguage(keptLanguage());
  const [{ bank }] = await Promise.all([ask("GET", "/api/config"), useTexts("customer", "demo", "errors")]);
  useZone(bank.zone);
  provide({ vi: { bank: bank.name_vi }, en: { bank: bank.name_en } });
  const header = document.createElement("site-header");
  document.body.prepend(Object.assign(document.createElement("demo-ribbon"), { inbox }), header);
  const name = () => {
    document.title = `${t(window)} · ${t("bank")}`;
  };
  header.addEventListener("speak", async (event) => {
    await useLanguage(/** @type {CustomEvent<string>} */ (event).detail);
    name();
  });
  document.documentElement.lang = language();
  name();
  document.body.append(element);
}
