// Every request of htmx: the token, a busy mark after 200 ms, focus kept or moved to the first error, offline bar.
const SLOW = 200;

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx?.request;
  if (request && !/^(GET|HEAD)$/i.test(request.method || "GET")) request.headers["X-CSRF-Token"] = passerelle.csrf();
});

document.addEventListener("htmx:before:request", (event) => {
  const source = event.detail.ctx?.sourceElement;
  const button = source?.matches?.("form") ? source.querySelector("[type=submit]") : source;
  if (button?.matches?.("button, a.btn")) {
    const timer = setTimeout(() => button.setAttribute("aria-busy", "true"), SLOW);
    event.detail.ctx.passerelleDone = () => { clearTimeout(timer); button.removeAttribute("aria-busy"); };
  }
});

document.addEventListener("htmx:finally:request", (event) => event.detail.ctx?.passerelleDone?.());

document.addEventListener("htmx:after:swap", (event) => {
  const place = event.target instanceof Element ? event.target : document;
  const status = event.detail.ctx?.response?.status || 200;
  if (status === 422) place.querySelector("[aria-invalid=true]")?.focus();
  else if (document.activeElement === document.body) place.querySelector("[data-focus]")?.focus();
});

// A plain form that was sent must not be sent twice; coming back in history wakes its buttons.
passerelle.on("submit", "form[method=post]", (event, form) => {
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  const button = event.submitter || form.querySelector("[type=submit]");
  setTimeout(() => button?.setAttribute("aria-busy", "true"), SLOW);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const busy of document.querySelectorAll("[aria-busy=true]:is(button, a)")) busy.removeAttribute("aria-busy");
});

// Offline: an amber bar, input stays where it is.
const offline = () => {
  const bar = document.getElementById("offline");
  if (bar) bar.hidden = navigator.onLine;
};
window.addEventListener("online", offline);
window.addEventListener("offline", offline);
passerelle.ready(offline);
passerelle.on("click", "[data-reload]", () => location.reload());
document.addEventListener("htmx:error", (event) => {
  const bar = document.getElementById("offline");
  if (bar && event.detail.error instanceof TypeError) bar.hidden = false;
});

// Links and buttons that choose from a form at once: <select data-submit>.
passerelle.on("change", "[data-submit]", (event, field) => { if (field.form) passerelle.send(field.form); });

passerelle.on("click", "[data-dismiss]", (event, button) => button.parentElement.remove());
document.addEventListener("htmx:before:request", () => document.getElementById("notices")?.replaceChildren());
