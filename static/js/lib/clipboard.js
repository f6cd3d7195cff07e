/** Copying, also where the clipboard is closed to pages: without TLS, in an app's own window. */

/**
 * @param {string} text @param {Element | null} shown Where the same text stands; it is left selected when only the
 * person can copy.
 * @returns {Promise<boolean>} Whether it was copied.
 */
export async function copy(text, shown) {
  const written = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  if (written || copyBySelection(text)) return true;
  if (shown) getSelection()?.selectAllChildren(shown);
  return false;
}

/** @param {string} text */
function copyBySelection(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "sr", readOnly: true });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy"); // what there was before the Clipboard API
  field.remove();
  return done;
}
