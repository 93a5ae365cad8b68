// Toasts: 6 seconds, longer under the pointer or the focus. Never the only place of an error.
const TIME = 6000;

const show = ({ text, label, url, method, icon = "check" }) => {
  const place = document.getElementById("toasts");
  const shape = document.getElementById("toast-shape");
  if (!place || !shape || !text) return;
  const toast = shape.content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  const use = toast.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${icon}`));
  const action = toast.querySelector("[data-act]");
  if (label && url) {
    action.textContent = label;
    action.addEventListener("click", async () => {
      if (method !== "post") { location.assign(url); return; }
      toast.remove();
      const answer = await passerelle.post(url);
      const next = answer.headers.get("HX-Redirect");
      if (next) location.assign(next);
      else if (answer.ok) location.reload();
    });
  } else action.remove();
  toast.querySelector("[data-close]").addEventListener("click", () => toast.remove());
  let timer;
  const wait = () => { timer = setTimeout(() => toast.remove(), TIME); };
  const stay = () => clearTimeout(timer);
  for (const type of ["pointerenter", "focusin"]) toast.addEventListener(type, stay);
  for (const type of ["pointerleave", "focusout"]) toast.addEventListener(type, wait);
  place.append(toast);
  wait();
};

passerelle.toast = show;
document.addEventListener("toast", (event) => show(event.detail || {}));
passerelle.ready(() => {
  for (const waiting of document.querySelectorAll("[data-toast]")) {
    show(JSON.parse(waiting.dataset.toast));
    waiting.removeAttribute("data-toast");
  }
});
