// The search box of a list: while typing, the server says what the words may mean; Enter takes the marked meaning.
//   <form data-suggest="/app/.../suggest?state"> <input role="combobox"> <div class="pop" hidden><ul role="listbox"></div>
const DELAY = 150;
let timer;
let run = 0;

const parts = (form) => ({
  input: form.querySelector("[role=combobox]"),
  pop: form.querySelector(".pop"),
  list: form.querySelector("[role=listbox]"),
});

const close = (form) => {
  const { input, pop } = parts(form);
  run += 1; // an answer still to come is for nobody
  pop.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};

const point = (form, option) => {
  const { input, list } = parts(form);
  for (const other of list.children) {
    other.classList.toggle("on", other === option);
    other.setAttribute("aria-selected", String(other === option));
  }
  if (option) input.setAttribute("aria-activedescendant", option.id);
};

const ask = async (form) => {
  const { input, pop, list } = parts(form);
  run += 1;
  const mine = run;
  if (!input.value.trim()) { close(form); return; }
  const address = new URL(form.dataset.suggest, location.href);
  address.searchParams.set("typed", input.value);
  const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
  if (!answer.ok || mine !== run) return;
  list.innerHTML = await answer.text();
  [...list.children].forEach((option, index) => { option.id = `${list.id}-${index}`; });
  pop.hidden = list.children.length === 0;
  input.setAttribute("aria-expanded", String(!pop.hidden));
  point(form, list.firstElementChild);
};

passerelle.on("input", "[data-suggest] [role=combobox]", (event, input) => {
  clearTimeout(timer);
  timer = setTimeout(() => ask(input.form), DELAY);
});
passerelle.on("keydown", "[data-suggest] [role=combobox]", (event, input) => {
  const form = input.form;
  const { pop, list } = parts(form);
  const all = [...list.children];
  const at = all.findIndex((option) => option.classList.contains("on"));
  if (/^Arrow(Down|Up)$/.test(event.key) && !pop.hidden) {
    event.preventDefault();
    point(form, all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  } else if (event.key === "Enter" && !pop.hidden && at >= 0) {
    event.preventDefault();
    location.assign(all[at].dataset.href);
  } else if (event.key === "Escape" && !pop.hidden) {
    event.stopPropagation();
    close(form);
  } else if (event.key === "Backspace" && !input.value) {
    const facets = form.querySelectorAll(".facet a");
    if (facets.length) { event.preventDefault(); facets[facets.length - 1].click(); }
  }
});
passerelle.on("pointerdown", "[data-suggest] [role=option]", (event, option) => {
  event.preventDefault();
  location.assign(option.dataset.href);
});
passerelle.on("focusout", "[data-suggest]", (event, form) => { if (!form.contains(event.relatedTarget)) close(form); });
