// Tabs by the ARIA practice: arrows move, the panel follows. Also <details>-free toggles and pressed choices.
const choose = (tab, focus) => {
  const list = tab.closest("[role=tablist]");
  for (const other of list.querySelectorAll("[role=tab]")) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !chosen;
  }
  if (focus) tab.focus();
  tab.dispatchEvent(new CustomEvent("tab", { bubbles: true }));
};

passerelle.on("click", "[role=tab]", (event, tab) => choose(tab, false));
passerelle.on("keydown", "[role=tab]", (event, tab) => {
  const all = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  const at = all.indexOf(tab);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(all[(to + all.length) % all.length], true);
});

// A group of rows that folds: the button names the rows it controls by their data-group.
passerelle.on("click", "[data-fold]", (event, button) => {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  for (const row of document.querySelectorAll(`[data-group="${CSS.escape(button.dataset.fold)}"]`)) row.hidden = !open;
});

// One of several cards is picked: mark it, and keep the address for a reload.
passerelle.on("click", "[data-pick]", (event, link) => {
  for (const picked of document.querySelectorAll(".picked")) picked.classList.remove("picked");
  link.closest("[data-row]")?.classList.add("picked");
  if (!event.ctrlKey && !event.metaKey && link.href) history.replaceState(history.state, "", link.href);
});
