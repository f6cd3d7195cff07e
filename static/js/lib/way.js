/** Before a session: what stands in the way of a camera is shown, with the way out. */

import { WayOut } from "../ui/way-out.js";
import { obstacleOf, platformOf } from "./browsers.js";
import { openBefore } from "./page.js";

/** Kept in this window only, and only where it cannot make a call: the way out needs it again. */
const KEPT = "ekyc.link";

export const platform = () => platformOf(navigator.userAgent, navigator.maxTouchPoints);

/** Resolves at once where nothing stands in the way, else when the person stays all the same.
 * @param {string} link Path and fragment that opened this window; empty: those that did before. */
export async function clearWay(link) {
  const { userAgent, mediaDevices } = navigator;
  const hasCamera = Boolean(mediaDevices);
  const obstacle = obstacleOf({ agent: userAgent, isSecure: isSecureContext, hasCamera, hasCalls: "RTCPeerConnection" in window });
  if (!obstacle) return;
  if (link) sessionStorage.setItem(KEPT, link);
  const known = link || (sessionStorage.getItem(KEPT) ?? "");
  await openBefore(Object.assign(new WayOut(), { obstacle, platform: platform(), mayStay: obstacle.kind === "app" && hasCamera, link: known }), "way");
}

/** The link opens nothing any more. */
export const forgetWay = () => sessionStorage.removeItem(KEPT);
