// The matching screen by keys: J and K move the line, Enter matches it, N goes to the next open one, U undoes.
//   [data-bank] around it; a[data-line] a line (data-open: still to match); [data-accept], [data-next], [data-undo]
const screen = () => document.querySelector("[data-bank]");
const lines = () => [...screen().querySelectorAll("a[data-line]")];
const current = () => lines().findIndex((line) => line.getAttribute("aria-current") === "true");
const press = (selector) => {
  const found = screen().querySelector(selector);
  if (found && !found.disabled) found.click();
};
const go = (line) => {
  if (!line) return;
  line.focus();
  line.scrollIntoView({ block: "nearest" });
  line.click();
};

const keys = {
  j: () => go(lines()[current() + 1]),
  k: () => go(lines()[current() - 1]),
  n: () => press("[data-next]"),
  u: () => press("[data-undo]"),
  Enter: () => press("[data-accept]"),
};

document.addEventListener("keydown", (event) => {
  if (!screen() || event.ctrlKey || event.metaKey || event.altKey || passerelle.typing(event)) return;
  if (document.documentElement.dataset.singleKeys === "off" && event.key !== "Enter") return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!Object.hasOwn(keys, key)) return;
  const here = event.target instanceof Element ? event.target.closest("a, button, summary") : null;
  if (key === "Enter" && here && !here.matches("a[data-line][aria-current]")) return;
  event.preventDefault();
  event.stopPropagation();
  keys[key]();
}, true);

// Enter in the search box looks for documents; it does not match the line.
passerelle.on("keydown", "#bank-q", (event) => { if (event.key === "Enter") event.preventDefault(); });
