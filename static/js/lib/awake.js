/** Keep the screen on while somebody waits or speaks; a phone that sleeps drops the camera. */

export async function stayAwake() {
  const ask = () => navigator.wakeLock?.request("screen").catch(() => undefined); // refused on low battery
  await ask();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
}
