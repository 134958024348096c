// Saves a page of the form while it is being typed: 20 seconds after a change, and when the page is hidden.
import { fieldsOf, isChanged, markSaved, tokenOf } from "./typed.js";

const EVERY = 20_000; // milliseconds
const LONGEST_WAIT = 5_000; // of the Save button, for a save that is under way
const MOST_KEPT_ALIVE = 60_000; // bytes that a browser still sends after its page has gone
const watched = new Map();

// The time in London as the rest of the service words it: 5pm, 9:30am, midday.
function timeNow() {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", hour: "numeric", minute: "2-digit", hourCycle: "h23" }).formatToParts(new Date());
  const { hour, minute } = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  if (Number(hour) === 12 && minute === "00") {
    return "midday";
  }
  return `${Number(hour) % 12 || 12}${minute === "00" ? "" : `:${minute}`}${Number(hour) < 12 ? "am" : "pm"}`;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-autosave-status]");
    this.running = null; // the save that is under way: never two at once
    this.refused = null; // what the service has refused: not sent again until it is changed
    this.isLeaving = false; // the form itself is being sent
    form.addEventListener("input", () => this.plan());
    form.addEventListener("change", () => this.plan());
  }

  plan() {
    this.timer ??= setTimeout(() => this.save(), EVERY);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isLeaving || this.isOver || this.running || !isChanged(this.form) || this.refused === fieldsOf(this.form)) {
      return;
    }
    this.running = this.send(fieldsOf(this.form));
    await this.running;
    this.running = null;
    if (isChanged(this.form)) {
      this.plan();
    }
  }

  async send(fields) {
    const body = fieldsOf(this.form, true);
    this.stopper = new AbortController();
    let response, answer;
    try {
      response = await fetch(this.form.dataset.autosave, {
        method: "PATCH",
        body,
        headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": tokenOf(this.form) },
        keepalive: body.length < MOST_KEPT_ALIVE,
        redirect: "manual",
        signal: this.stopper.signal,
      });
      answer = await response.json().catch(() => ({}));
    } catch {
      this.say("dropped", `Not saved. Your connection dropped at ${timeNow()}. Keep this page open; we will try again.`);
      return;
    }
    if (response.ok && answer.revisions) {
      this.take(fields, answer);
    } else if (answer.message) {
      this.refused = fields;
      this.isOver = response.status === 401 || response.status === 403; // saving again would not help
      if (response.status === 409) {
        markSaved(this.form, fields); // kept aside, beside the other answer
      }
      this.say(answer.message, answer.message);
    } else {
      this.say("failed", `Not saved. The service did not answer at ${timeNow()}. Keep this page open; we will try again.`);
    }
  }

  take(fields, answer) {
    markSaved(this.form, fields);
    for (const [key, revision] of Object.entries(answer.revisions)) {
      const input = this.form.elements.namedItem(`revision-${key}`);
      if (input) {
        input.value = revision;
      }
    }
    this.say(`saved ${answer.saved_at}`, `Draft saved at ${answer.saved_at}`);
    document.dispatchEvent(new Event("app:used"));
  }

  // Announced once for each state, not at every attempt.
  say(state, words) {
    if (this.line && this.state !== state) {
      this.line.textContent = words;
    }
    this.state = state;
  }

  // Save was pressed while a save is under way: wait for it, so that it does not come in between.
  wait(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.isWaiting) {
      return;
    }
    this.isWaiting = true;
    const { submitter } = event;
    const enough = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
    Promise.race([this.running, enough]).then(() => {
      this.stopper.abort();
      this.running = null;
      this.isWaiting = false;
      this.form.requestSubmit(submitter);
    });
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  watched.set(form, new Autosave(form));
}

document.addEventListener("submit", (event) => {
  const autosave = watched.get(event.target);
  if (!autosave) {
    return;
  }
  autosave.isLeaving = true;
  if (autosave.running && event.target.requestSubmit) {
    autosave.wait(event);
  }
}, true); // before the guard of app.js, which counts what is sent

function saveAll() {
  for (const autosave of watched.values()) {
    autosave.save();
  }
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    saveAll();
  }
});
window.addEventListener("pagehide", saveAll);
window.addEventListener("online", saveAll);
window.addEventListener("pageshow", (event) => {
  for (const autosave of watched.values()) {
    if (event.persisted && autosave.isLeaving) {
      location.reload(); // it was sent from here: the page as it is now knows what was saved
    }
    autosave.isLeaving = false;
  }
});
