// The keys of every page; the sheet behind ? lists them. Single keys can be switched off and never fire while typing.
const root = document.documentElement;
let waiting = "";
let timer;

const rows = () => [...document.querySelectorAll("[data-row]")].filter(passerelle.visible);
const current = () => document.activeElement?.closest?.("[data-row]");
const reach = (row) => (row?.matches("a, button") ? row : row?.querySelector("a[href], button:not([data-fold])"))?.focus();
const walk = (step) => {
  const all = rows();
  const at = all.indexOf(current());
  reach(all[Math.max(0, Math.min(all.length - 1, at + step))]);
};
const press = (selector, place = document) => {
  const found = [...place.querySelectorAll(selector)].find((one) => passerelle.visible(one) && !one.disabled);
  found?.click();
  return Boolean(found);
};
const sheet = () => { const dialog = document.getElementById("keys"); if (dialog && !dialog.open) dialog.showModal(); };

const single = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => current()?.querySelector("a[href]")?.click(),
  x: () => current()?.querySelector("[data-tick]")?.click(),
  X: () => current()?.querySelector("[data-tick]")?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true })),
  m: () => current()?.querySelector("[data-move]")?.click(),
  c: () => press("[data-create-page]"),
  "/": () => [...document.querySelectorAll("[data-search]")].find(passerelle.visible)?.focus(),
  "?": sheet,
};

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "k") { event.preventDefault(); passerelle.openPalette(); return; }
  if (command && event.key.toLowerCase() === "s") { if (passerelle.saveNow()) event.preventDefault(); return; }
  if (command && event.key === "Enter") {
    const dialog = document.querySelector("dialog[open]");
    if (press(".btn-primary, .btn-danger", dialog || document)) event.preventDefault();
    return;
  }
  if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open")) {
    if (passerelle.typing(event)) event.target.blur();
    else passerelle.clearSelection();
    return;
  }
  if (command || event.altKey || passerelle.typing(event) || root.dataset.singleKeys === "off") return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  if (waiting === "g") {
    waiting = "";
    const link = document.querySelector(`#side a[data-letter="${CSS.escape(event.key.toLowerCase())}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === "g") { waiting = "g"; clearTimeout(timer); timer = setTimeout(() => { waiting = ""; }, 1500); return; }
  if (/^[1-9]$/.test(event.key) && press(`[data-choice="${event.key}"]`)) { event.preventDefault(); return; }
  const action = single[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

passerelle.on("click", "[data-keys]", sheet);
