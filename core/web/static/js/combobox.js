// The relation picker: type, arrows, Enter. The server searches and writes the options.
//
//   <div class="picker" data-combobox="/app/lookup/base.party?for=crm_sales.order.party_id">
//     <input type="hidden" name="party_id" value="7">
//     <input class="form-control" role="combobox" aria-autocomplete="list" aria-expanded="false" aria-controls="x" value="ACME">
//     <div class="pop float" hidden><ul role="listbox" id="x" aria-label="Customers"></ul></div>
//   </div>
//
// The answer to <address>&q=... is <li role="option" id data-value data-label class="opt">; data-create="/path" posts
// there and takes data-value and data-label of the option it answers with.
const DELAY = 150;
const state = new WeakMap();

const parts = (box) => ({
  input: box.querySelector("[role=combobox]"),
  value: box.querySelector("input[type=hidden]"),
  pop: box.querySelector(".pop"),
  list: box.querySelector("[role=listbox]"),
});

const close = (box) => {
  const { input, pop } = parts(box);
  state.set(box, { ...state.get(box), run: (state.get(box)?.run || 0) + 1 }); // an answer still to come is for nobody
  pop.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};

const point = (box, option) => {
  const { input, list } = parts(box);
  for (const other of list.querySelectorAll("[role=option]")) {
    other.classList.toggle("on", other === option);
    other.setAttribute("aria-selected", String(other === option));
  }
  if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
};

// A record that is not stored yet: what was already chosen in the form narrows what this field offers.
const addContext = (box, address) => {
  const form = box.closest("#record-form");
  for (const field of form?.querySelectorAll(".kv [data-combobox] > input[type=hidden]") || [])
    if (field.value && field.name) address.searchParams.set(`set.${field.name}`, field.value);
};

const search = async (box) => {
  const { input, pop, list } = parts(box);
  const run = (state.get(box)?.run || 0) + 1;
  state.set(box, { ...state.get(box), run });
  const address = new URL(box.dataset.combobox, location.href);
  address.searchParams.set("q", box.dataset.label === input.value ? "" : input.value);
  if (box.dataset.context !== undefined) addContext(box, address);
  const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
  if (!answer.ok || state.get(box).run !== run) return;
  list.innerHTML = await answer.text();
  list.querySelectorAll("[role=option]").forEach((option, index) => { option.id ||= `${list.id}-${index}`; });
  pop.hidden = false;
  input.setAttribute("aria-expanded", "true");
  point(box, list.querySelector("[role=option]"));
};

const take = (box, value, label) => {
  const { input, value: field } = parts(box);
  state.set(box, { ...state.get(box), typed: (state.get(box)?.typed || 0) + 1 });
  field.value = value;
  input.value = box.dataset.label = label;
  close(box);
  field.dispatchEvent(new Event("change", { bubbles: true }));
  box.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { value, label } }));
};

const choose = async (box, option) => {
  if (!option) return;
  if (!option.dataset.create) { take(box, option.dataset.value, option.dataset.label || option.textContent.trim()); return; }
  const { typed } = state.get(box);
  const answer = await passerelle.post(option.dataset.create, { name: parts(box).input.value });
  if (!box.isConnected || state.get(box).typed !== typed) return; // something else was typed or chosen meanwhile
  const shape = document.createElement("template");
  shape.innerHTML = await answer.text();
  const made = shape.content.querySelector("[data-value]");
  if (made) take(box, made.dataset.value, made.dataset.label);
  else parts(box).list.replaceChildren(shape.content);
};

passerelle.on("focusin", "[data-combobox] [role=combobox]", (event, input) => {
  const box = input.closest("[data-combobox]");
  box.dataset.label ??= input.value;
  input.select();
});
passerelle.on("input", "[data-combobox] [role=combobox]", (event, input) => {
  const box = input.closest("[data-combobox]");
  const { timer, run = 0, typed = 0 } = state.get(box) || {};
  clearTimeout(timer);
  state.set(box, { run: run + 1, typed: typed + 1, timer: setTimeout(() => search(box), DELAY) });
});
passerelle.on("click", "[data-combobox] [role=combobox]", (event, input) => {
  const box = input.closest("[data-combobox]");
  if (parts(box).pop.hidden) search(box);
});
passerelle.on("keydown", "[data-combobox] [role=combobox]", (event, input) => {
  const box = input.closest("[data-combobox]");
  const { pop, list } = parts(box);
  const options = [...list.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.classList.contains("on"));
  if (/^Arrow(Down|Up)$/.test(event.key)) {
    event.preventDefault();
    if (pop.hidden) search(box);
    else point(box, options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
  } else if (event.key === "Enter" && !pop.hidden) {
    event.preventDefault();
    choose(box, options[at]);
  } else if (event.key === "Escape" && !pop.hidden) {
    event.preventDefault();
    event.stopPropagation();
    input.value = box.dataset.label || "";
    close(box);
  }
});
passerelle.on("pointerdown", "[data-combobox] [role=option]", (event, option) => {
  event.preventDefault();
  choose(option.closest("[data-combobox]"), option);
});
passerelle.on("focusout", "[data-combobox]", (event, box) => {
  if (box.contains(event.relatedTarget)) return;
  const { input, value } = parts(box);
  close(box);
  if (input.value.trim() === "" && value.value) take(box, "", "");
  else input.value = box.dataset.label || "";
});
