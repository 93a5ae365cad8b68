// Answers come late: what was typed after a request left is newer than its answer, which never overwrites it.
//   [data-preview]   stores nothing: its answer is dropped when its form was typed in since, or its place was drawn anew
//                    meanwhile, and it asks again once the field that is being typed in is left; "drop" does not ask again
//   other answers    are morphed around what is newer, around text that waits in other forms, and around guarded forms with
//                    unsaved work; none lands where the answer of a later request already stands
//   a form on its way is not sent again; asked again after more was typed, it is sent once more after its answer
const FIELDS = "input, select, textarea, [data-lines]";
const TEXTS = "textarea, input:not([type=checkbox], [type=radio], [type=hidden])";
let clock = 0;
const touched = new WeakMap(); // a field, its picker, or lines whose rows changed: when
const sent = new WeakMap(); // a form: when its latest request left
const landed = new WeakMap(); // a place: when it was swapped, and when that request had left
const asked = new WeakMap(); // what asks for previews: when its latest request left
const waiting = new Set(); // what asks for previews and whose answer was dropped
let half = null; // the text field whose change is still to come
let held = false; // a row is being dragged
let landing = null; // the answer that is being swapped in

const since = (element) => touched.get(element) || 0;
const touch = (element) => { if (element) touched.set(element, (clock += 1)); };
const newer = (place, left) => [place, ...place.querySelectorAll(FIELDS)].some((one) => since(one) > left);
const formOf = (source) => source?.form || source?.closest?.("form") || null;
const unsent = (place, form) => [...place.querySelectorAll(TEXTS)].some((one) => one.form !== form && since(one) > (sent.get(one.form) || 0));

passerelle.rowsChanged = (lines) => touch(lines);
passerelle.holdRows = (on) => { held = on; if (!on) askAgain(); };

for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => {
    const field = event.target;
    if (!(field instanceof Element)) return;
    if (!field.matches("input, select, textarea")) { touch(field.closest("[data-lines]")); return; }
    touch(field);
    touch(field.closest("[data-combobox]"));
    if (type === "change") half = null;
    else if (field.matches(TEXTS)) half = field;
  }, true);
}
document.addEventListener("change", () => askAgain());
document.addEventListener("focusout", (event) => { if (event.target === half) half = null; askAgain(); });

function askAgain() {
  setTimeout(() => {
    if (held || half?.isConnected) return;
    for (const source of waiting) if (source.isConnected) window.htmx.trigger(source, "change");
    waiting.clear();
  });
}

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  ctx.left = clock += 1;
  const form = formOf(ctx.sourceElement);
  if (ctx.sourceElement.matches("[data-preview]")) { asked.set(ctx.sourceElement, ctx.left); waiting.delete(ctx.sourceElement); }
  else if (form && !/GET/i.test(ctx.request.method)) sent.set(form, ctx.left);
});

const isLate = (ctx, preview) => {
  for (let at = ctx.target; at; at = at.parentElement) {
    const last = landed.get(at);
    if (last && (preview ? last.at : last.left) > ctx.left) return true;
  }
  return false;
};

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const place = ctx.target;
  if (!(place instanceof Element) || !ctx.left) return;
  const source = ctx.sourceElement;
  const preview = source.matches("[data-preview]");
  const form = formOf(source);
  if (isLate(ctx, preview) || (preview && (held || newer(form || place, ctx.left)))) {
    event.preventDefault();
    if (!preview || source.dataset.preview === "drop" || asked.get(source) > ctx.left) return;
    waiting.add(source);
    askAgain();
    return;
  }
  if (newer(place, ctx.left) || unsent(place, form) || place.querySelector("form[data-guard][data-dirty]"))
    for (const task of tasks)
      if (task.type === "main") task.swapSpec.style = task.swapSpec.style.replace("HTML", "Morph");
  landing = { left: ctx.left, form, was: new Map() };
  landed.set(place, { left: ctx.left, at: clock += 1 });
});

// What a field or row held when it was drawn stays with what was typed over it, so that the server can still compare.
const drawn = (field) => (field.closest("[data-line]") || field.form)?.querySelector("[data-was]");
const read = (input) => { try { return JSON.parse(input.value); } catch { return {}; } };

document.addEventListener("htmx:after:swap", () => {
  const { was } = landing || { was: new Map() };
  landing = null;
  for (const [input, known] of was) if (input.isConnected) input.value = JSON.stringify({ ...read(input), ...known });
});

const address = (node) => node.closest("form")?.getAttribute("hx-post") || node.closest("form")?.getAttribute("action");
const alike = (old, fresh) => old.tagName === fresh.tagName && old.name === fresh.name && address(old) === address(fresh)
  && (!old.matches?.("[type=checkbox], [type=radio]") || old.value === fresh.value);

const keeps = (old, fresh) => {
  if (!landing || !(old instanceof Element) || !(fresh instanceof Element)) return false;
  if (old.matches("form[data-guard][data-dirty]")) return old !== landing.form && address(old) === address(fresh);
  if (!old.matches("input, select, textarea, [data-lines], [data-combobox]") || !alike(old, fresh)) return false;
  const at = since(old);
  const kept = at > landing.left || (old.matches(TEXTS) && old.form !== landing.form && at > (sent.get(old.form) || 0));
  if (!kept) return false;
  const field = old.matches("[data-combobox]") ? old.querySelector("[name]") : old;
  const input = field?.name && drawn(field);
  const before = input && read(input);
  if (before && field.name in before) landing.was.set(input, { ...landing.was.get(input), [field.name]: before[field.name] });
  return true;
};

window.htmx?.registerExtension("answers", { htmx_before_morph_node: (element, { oldNode, newNode }) => !keeps(oldNode, newNode) });

// A form on its way is not sent again.
let going = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!going.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  going.set(form, newer(form, sent.get(form) || 0));
}, true);
document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, sourceEvent } = event.detail.ctx;
  if (sourceElement.matches("form") && sourceEvent?.type === "submit") going.set(sourceElement, false);
});
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const form = [ctx.sourceElement, event.target].find((one) => going.has(one));
  if (!form || ctx.hx?.redirect || ctx.hx?.refresh) return;
  const again = going.get(form);
  going.delete(form);
  if (again && form.isConnected) passerelle.send(form);
});
window.addEventListener("pageshow", () => { going = new WeakMap(); });

// Send a form as its button would: a name on the button goes along.
passerelle.send = (form) => {
  const button = [...form.elements].find((one) => one.type === "submit" && !one.disabled);
  form.requestSubmit(button);
};
