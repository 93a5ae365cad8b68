// Menus are native popovers: the browser opens, closes and gives the focus back; here they get a place and arrow keys.
const GAP = 4;

const placeBelow = (menu, opener) => {
  const from = opener.getBoundingClientRect();
  const own = menu.getBoundingClientRect();
  const below = from.bottom + GAP + own.height <= innerHeight || from.top < own.height;
  const left = menu.dataset.align === "start" ? from.left : from.right - own.width;
  menu.style.top = `${Math.max(GAP, below ? from.bottom + GAP : from.top - GAP - own.height)}px`;
  menu.style.left = `${Math.max(GAP, Math.min(left, innerWidth - own.width - GAP))}px`;
};

const items = (menu) => [...menu.querySelectorAll("[role^=menuitem]")].filter((item) => !item.disabled && passerelle.visible(item));

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
  const opener = document.querySelector(`[popovertarget="${menu.id}"]`);
  opener?.setAttribute("aria-expanded", event.newState === "open" ? "true" : "false");
  if (event.newState !== "open") return;
  if (opener) placeBelow(menu, opener);
  (menu.querySelector("[autofocus], input:not([type=hidden])") || items(menu)[0])?.focus();
}, true);

passerelle.on("keydown", "[role=menu]", (event, menu) => {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined && !(event.target.matches("input") && /Home|End/.test(event.key))) {
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  } else if (event.key === "Tab") menu.hidePopover?.();
  else if (event.key.length === 1 && !passerelle.typing(event) && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLocaleLowerCase();
    const named = all.find((item) => item.dataset.key?.toLocaleLowerCase() === letter)
      || [...all.slice(at + 1), ...all].find((item) => item.textContent.trim().toLocaleLowerCase().startsWith(letter));
    if (named) { event.preventDefault(); event.stopPropagation(); named.focus(); if (named.dataset.key) named.click(); }
  }
});

passerelle.on("click", "[role=menu] [role^=menuitem]", (event, item) => {
  if (!item.hasAttribute("data-stay")) item.closest("[popover]")?.hidePopover();
});
window.addEventListener("resize", () => { for (const open of document.querySelectorAll(".menu:popover-open")) open.hidePopover(); });

// A long side bar begins where the current page is.
passerelle.ready((place) => { if (place === document) document.querySelector("#side [aria-current=page]")?.scrollIntoView({ block: "nearest" }); });
