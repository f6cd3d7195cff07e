/** The page that shows the API: start-up without a session, because it is for everybody. */

import { ask } from "../lib/api.js";
import { keptLanguage, provide, t, useLanguage, useTexts } from "../lib/i18n.js";
import { ApiPage } from "../ui/api-page.js";
import "../ui/demo-ribbon.js";
import "../ui/site-header.js";

await useLanguage(keptLanguage());
const [{ bank, demo }, described, events] = await Promise.all([
  ask("GET", "/api/config"),
  ask("GET", "/api/v1/openapi.json"),
  ask("GET", "/api/v1/events/schemas"),
  useTexts("customer", "integrate"),
]);
provide({ vi: { bank: bank.name_vi }, en: { bank: bank.name_en } });
const name = () => {
  document.title = `${t("api.title")} · ${t("bank")}`;
};
const header = document.createElement("site-header");
header.addEventListener("speak", async (event) => {
  await useLanguage(/** @type {CustomEvent<string>} */ (event).detail);
  name();
});
name();
const ribbon = demo ? [document.createElement("demo-ribbon")] : [];
document.body.append(...ribbon, header, Object.assign(new ApiPage(), { described, events }));
