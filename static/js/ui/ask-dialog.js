/** One question with two answers; the browser's own dialog keeps focus and Escape. */

import { html } from "/static/vendor/lit.js";
import { LightElement } from "./light-element.js";

export class AskDialog extends LightElement {
  static properties = { question: {}, text: {}, yes: {}, no: {} };

  constructor() {
    super();
    this.question = "";
    this.text = "";
    this.yes = "";
    this.no = "";
  }

  render() {
    return html`<dialog class="ask" aria-labelledby="ask-question" aria-describedby="ask-text"><form method="dialog">
      <h2 id="ask-question">${this.question}</h2><p id="ask-text" class="muted">${this.text}</p>
      <div class="two"><button class="btn lg" value="no" autofocus>${this.no}</button><button class="btn lg danger" value="yes" @click=${() => this.tell("yes")}>${this.yes}</button></div>
    </form></dialog>`;
  }

  open() {
    this.querySelector("dialog")?.showModal();
  }

  close() {
    this.querySelector("dialog")?.close();
  }
}
customElements.define("ask-dialog", AskDialog);

/** Ask the page's one question. @param {Element} page */
export function openDialog(page) {
  const dialog = page.querySelector("ask-dialog");
  if (dialog instanceof AskDialog) dialog.open();
}
