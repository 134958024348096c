// Warns before an idle session ends, as often as needed, and afterwards says that it has ended. What was typed
// and not saved is then sent: the service keeps it until the same person has signed in again.
import { isChanged, tokenOf } from "./typed.js";

const KEY = "signed-in-until"; // tells the other windows of this browser
const ASKS = { headers: { "X-Only-Asking": "yes" }, redirect: "manual", cache: "no-store" };
const LONGEST_SLEEP = 15_000; // milliseconds: a computer that has slept is noticed soon
const dialog = document.querySelector("dialog.app-timeout");

function unsavedForm() {
  return [...document.querySelectorAll("main form[method=post]")].find((form) =>
    form.elements.namedItem("made-for") &&
    !form.querySelector("input[type=password]") &&
    (isChanged(form) || form.querySelector(".govuk-form-group--error")));
}

class Timeout {
  constructor() {
    this.ends = Date.now() + Number(dialog.dataset.left) * 1000;
    this.warning = Number(dialog.dataset.warning) * 1000;
    this.form = dialog.querySelector("form");
    this.title = dialog.querySelector("[data-title]");
    this.text = dialog.querySelector("[data-saved]");
    this.saved = this.text.textContent;
    this.problem = dialog.querySelector("[data-problem]");
    dialog.querySelector("[data-stays]").addEventListener("click", () => this.stay());
    dialog.addEventListener("cancel", (event) => { // the Escape key
      event.preventDefault();
      this.stay();
    });
    window.addEventListener("storage", (event) => {
      if (event.key === KEY && Number(event.newValue) > this.ends) {
        this.extend(Number(event.newValue), false);
      }
    });
    document.addEventListener("app:used", () => this.extend(Date.now() + Number(dialog.dataset.atLeast) * 1000));
    document.addEventListener("visibilitychange", () => this.check());
    this.extend(this.ends);
  }

  extend(until, tell = true) {
    this.ends = Math.max(this.ends, until);
    if (tell) {
      try {
        localStorage.setItem(KEY, String(this.ends));
      } catch {
        // Storage is switched off: the service is asked before anything is shown.
      }
    }
    if (dialog.open && this.ends - Date.now() > this.warning) {
      dialog.close();
    }
    this.plan();
  }

  plan() {
    clearTimeout(this.timer);
    const wait = dialog.open ? 1000 : Math.min(this.ends - this.warning - Date.now(), LONGEST_SLEEP);
    this.timer = setTimeout(() => this.check(), Math.max(wait, 0));
  }

  // Whether the session still lasts, and how long: another window may have been used, here or elsewhere.
  async ask() {
    try {
      const response = await fetch(dialog.dataset.stay, ASKS);
      if (response.type === "opaqueredirect") {
        return 0;
      }
      this.ends = Date.now() + (await response.json()).seconds * 1000;
      return this.ends - Date.now();
    } catch {
      return this.ends - Date.now(); // not reached: what was known counts
    }
  }

  async check() {
    if (this.isOver || this.isAsking) {
      return;
    }
    let left = this.ends - Date.now();
    if (left <= 0 || (left <= this.warning && !dialog.open)) {
      this.isAsking = true;
      left = await this.ask();
      this.isAsking = false;
    }
    if (left <= 0) {
      this.end();
      return;
    }
    if (left <= this.warning) {
      this.show(left);
    }
    this.plan();
  }

  show(left) {
    const minutes = Math.ceil(left / 60_000);
    const words = `You will be signed out in ${minutes} minute${minutes === 1 ? "" : "s"}`;
    if (this.title.textContent !== words) { // announced when it changes: at most once a minute
      this.title.textContent = words;
    }
    if (!dialog.open) {
      this.problem.textContent = "";
      this.text.textContent = unsavedForm() ? "We will keep what you have typed on this page." : this.saved;
      dialog.showModal();
    }
  }

  async stay() {
    this.problem.textContent = "";
    try {
      const response = await fetch(dialog.dataset.stay, {
        method: "POST",
        headers: { "X-CSRFToken": tokenOf(this.form) },
        redirect: "manual",
      });
      if (response.type === "opaqueredirect") {
        this.end();
      } else if (response.ok) {
        this.extend(Date.now() + (await response.json()).seconds * 1000);
      } else { // an older token, from before signing in again in another window: that counted as activity
        this.extend(Date.now() + Number(dialog.dataset.atLeast) * 1000);
      }
    } catch {
      this.problem.textContent = "We could not reach the service. Check your connection and try again.";
    }
  }

  async end() {
    this.isOver = true;
    clearTimeout(this.timer);
    try {
      await fetch(this.form.action, {
        method: "POST",
        headers: { "X-CSRFToken": tokenOf(this.form) },
        redirect: "manual",
      });
      const after = await fetch(dialog.dataset.stay, ASKS);
      if (after.type !== "opaqueredirect") { // somebody has signed in again meanwhile
        dialog.close();
        if (!unsavedForm()) {
          location.reload();
        }
        return;
      }
    } catch { // without a connection the page stays, with all that is on it
      dialog.close();
      return;
    }
    const form = unsavedForm();
    if (form) {
      for (const input of form.querySelectorAll("input[type=file]")) {
        input.disabled = true;
      }
      HTMLFormElement.prototype.submit.call(form);
    } else {
      location.assign(`${dialog.dataset.ended}?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  }
}

if (dialog?.showModal) {
  new Timeout();
}
