// Help on top of pages that work without it: nothing here is needed to use the service.
import { Button, CharacterCount, Checkboxes, createAll, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink } from "../vendor/govuk/govuk.min.js";

for (const Component of [
  Button, // data-prevent-double-click: the second click within a second is dropped
  CharacterCount,
  Checkboxes,
  NotificationBanner,
  ErrorSummary, // after the banner, since both take the focus: to the summary, and from its links to the field
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
]) {
  createAll(Component);
}

// A form is sent once: a second submission while the first is under way is dropped, however slow the network.
for (const form of document.querySelectorAll("form[data-send-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
}
// Coming back to the page with the browser's back button, the form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});
