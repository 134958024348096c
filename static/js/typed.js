// What a form holds, and whether that has changed since it was last saved. Shared by autosave.js and timeout.js.
const saved = new WeakMap();
const OF_THE_PAGE = /^(csrfmiddlewaretoken$|made-for$|revision-)/;

// The fields as a browser would send them, without files; `all` leaves nothing out but the token.
export function fieldsOf(form, all = false) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && (all || !OF_THE_PAGE.test(name))) {
      fields.append(name, value);
    }
  }
  return fields.toString();
}

export function tokenOf(form) {
  return form.elements.namedItem("csrfmiddlewaretoken").value;
}

export function markSaved(form, fields = fieldsOf(form)) {
  saved.set(form, fields);
}

export function isChanged(form) {
  return saved.get(form) !== fieldsOf(form);
}

for (const form of document.querySelectorAll("main form[method=post]")) {
  markSaved(form);
}
