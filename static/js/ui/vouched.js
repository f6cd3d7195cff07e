/** Who vouches for a number or a mailbox, and of which day that is. */

import { hasText, t } from "../lib/i18n.js";

/** @param {string} source */
export const sourceName = (source) => (hasText(`vouched.from-${source}`) ? t(`vouched.from-${source}`) : source);

/** @param {{source: string, as_of: string}} one */
export const vouched = ({ source, as_of: asOf }) => t("vouched.from", { source: sourceName(source), date: asOf.split("-").reverse().join("/") });
