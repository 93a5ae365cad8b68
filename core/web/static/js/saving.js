// Saving: "Saved" for two seconds after a field was kept; a warning before leaving what was typed and not saved.
//   form[data-guard]      a new record, or lines: warns on leaving, Ctrl S and Ctrl Enter submit it
//   HX-Trigger: saved     from the server after a field was kept (htmx form or field)
const SHOWN = 2000;
let timer;

document.addEventListener("saved", () => {
  const mark = document.getElementById("saved");
  if (!mark) return;
  mark.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { mark.hidden = true; }, SHOWN);
});

const dirty = () => document.querySelector("form[data-guard][data-dirty]");

for (const type of ["input", "change"]) passerelle.on(type, "form[data-guard]", (event, form) => { form.dataset.dirty = "yes"; });
passerelle.on("submit", "form[data-guard]", (event, form) => { if (!event.defaultPrevented || form.hasAttribute("hx-post")) delete form.dataset.dirty; });
document.addEventListener("htmx:after:request", (event) => {
  const form = event.detail.ctx?.sourceElement?.closest?.("form[data-guard]");
  const status = event.detail.ctx.response?.status;
  if (form && status >= 400 && status !== 409) form.dataset.dirty = "yes";
});
window.addEventListener("beforeunload", (event) => { if (dirty()) event.preventDefault(); });

passerelle.saveNow = () => {
  const form = document.activeElement?.closest?.("form[data-guard], form[data-autosave]") || dirty();
  if (!form) return false;
  if (form.matches("[data-guard]")) passerelle.send(form);
  else document.activeElement.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

// Esc in a plain field gives back what was there when it got the focus.
passerelle.on("focusin", "input.form-control, textarea.form-control", (event, field) => { field.dataset.before ??= field.value; });
passerelle.on("change", "input.form-control, textarea.form-control", (event, field) => { field.dataset.before = field.value; });
passerelle.on("keydown", "input.form-control:not([role=combobox]), textarea.form-control", (event, field) => {
  if (event.key === "Escape" && field.dataset.before !== undefined && field.value !== field.dataset.before) {
    event.stopPropagation();
    field.value = field.dataset.before;
  }
});

// A refused form: its first wrong field gets the focus, on a full page too.
passerelle.ready((place) => {
  const wrong = place.querySelector("form [aria-invalid=true]");
  if (wrong && (document.activeElement === document.body || place === document)) wrong.focus();
});
