// Ctrl K: one field that searches every record the user may read and jumps to any page of the side bar.
const DELAY = 120;
let timer;
let run = 0;

const dialog = () => document.getElementById("palette");
const options = () => [...dialog().querySelectorAll("[role=option]")];

const point = (option) => {
  const input = dialog().querySelector("input");
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
  else input.removeAttribute("aria-activedescendant");
};

const entry = (href, label, group) => {
  const option = dialog().querySelector("template").content.firstElementChild.cloneNode(true);
  option.dataset.href = href;
  option.querySelector("[data-label]").textContent = label;
  option.querySelector("[data-group]").textContent = group;
  return option;
};

const pages = (wanted) => {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const found = [];
  for (const link of document.querySelectorAll("#side a[href]")) {
    const label = link.querySelector(".clip")?.textContent.trim() || link.textContent.trim();
    if (!wanted || plain(label).includes(plain(wanted))) found.push(entry(link.getAttribute("href"), label, link.dataset.group || ""));
  }
  return found.slice(0, wanted ? 6 : 12);
};

const fill = async () => {
  const wanted = dialog().querySelector("input").value.trim();
  const list = dialog().querySelector("[role=listbox]");
  const mine = (run += 1);
  list.replaceChildren(...pages(wanted));
  const number = () => options().forEach((option, index) => { option.id = `palette-${index}`; });
  number();
  point(options()[0]);
  if (!wanted) return;
  const answer = await fetch(`${dialog().dataset.search}?q=${encodeURIComponent(wanted)}`, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
  if (!answer.ok || mine !== run) return;
  const shape = document.createElement("template");
  shape.innerHTML = await answer.text();
  list.append(...shape.content.querySelectorAll("[role=option]"));
  number();
  if (!list.querySelector("[aria-selected=true]")) point(options()[0]);
};

passerelle.openPalette = () => {
  if (!dialog() || dialog().open) return;
  dialog().showModal();
  const input = dialog().querySelector("input");
  input.value = "";
  input.focus();
  fill();
};

const go = (option, aside) => {
  if (!option?.dataset.href) return;
  if (aside) window.open(option.dataset.href, "_blank", "noopener");
  else location.assign(option.dataset.href);
};

passerelle.on("click", "[data-palette]", () => passerelle.openPalette());
passerelle.on("input", "#palette input", () => { clearTimeout(timer); timer = setTimeout(fill, DELAY); });
passerelle.on("keydown", "#palette input", (event) => {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (/^Arrow(Down|Up)$/.test(event.key) && all.length) {
    event.preventDefault();
    point(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    go(all[at], event.ctrlKey || event.metaKey);
  }
});
passerelle.on("click", "#palette [role=option]", (event, option) => go(option, event.ctrlKey || event.metaKey));
passerelle.on("click", "#palette", (event, box) => { if (event.target === box) box.close(); });
