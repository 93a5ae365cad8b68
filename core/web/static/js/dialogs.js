// Dialogs: native, for what cannot be undone or needs a reason. data-dialog opens, data-close closes,
// data-confirm asks first on a form, a button or an htmx element.
passerelle.on("click", "[data-dialog]", (event, opener) => {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
  (dialog.querySelector("[autofocus]") || dialog.querySelector("input:not([type=hidden]), select, textarea, [data-close]"))?.focus();
});
passerelle.on("click", "dialog [data-close]", (event, button) => { event.preventDefault(); button.closest("dialog").close(); });

// What the user must type before the red button wakes up: data-typed="crm_sales" on the field.
passerelle.on("input", "[data-typed]", (event, field) => {
  const button = field.form?.querySelector("[data-when-typed]");
  if (button) button.disabled = field.value.trim() !== field.dataset.typed;
});

const ask = (element) => new Promise((resolve) => {
  const dialog = document.getElementById("confirm");
  if (!dialog) { resolve(true); return; }
  const words = element.dataset;
  dialog.querySelector("[data-title]").textContent = words.confirm;
  dialog.querySelector("[data-text]").textContent = words.confirmText || "";
  const yes = dialog.querySelector("[data-yes]");
  const no = dialog.querySelector("[data-no]");
  yes.textContent = words.confirmYes || element.textContent.trim();
  no.textContent = words.confirmNo || passerelle.text("keep");
  yes.classList.toggle("btn-danger", words.tone === "bad");
  yes.classList.toggle("btn-primary", words.tone !== "bad");
  const done = (answer) => { yes.onclick = null; dialog.onclose = null; dialog.close(); resolve(answer); };
  yes.onclick = () => done(true);
  dialog.onclose = () => resolve(false);
  dialog.showModal();
  no.focus();
});

document.addEventListener("htmx:confirm", (event) => {
  const source = event.detail.ctx?.sourceElement;
  if (!source?.dataset?.confirm) return;
  event.preventDefault();
  ask(source).then((yes) => (yes ? event.detail.issueRequest() : event.detail.dropRequest()));
});

document.addEventListener("submit", (event) => {
  const asking = event.submitter?.dataset.confirm ? event.submitter : event.target.dataset.confirm ? event.target : null;
  if (!asking || asking.dataset.sure || asking.hasAttribute("hx-confirm")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const form = event.target;
  const submitter = event.submitter;
  ask(asking).then((yes) => {
    if (!yes) return;
    asking.dataset.sure = "yes";
    form.requestSubmit(submitter || undefined);
    delete asking.dataset.sure;
  });
}, true);
