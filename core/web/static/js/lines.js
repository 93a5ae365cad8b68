// Editable lines: [data-lines] holds rows [data-line] and a <template data-line-shape="kind"> whose "__n__" is the row's number.
//   data-line-add      adds a row (also after "picked" inside it) of the kind data-line-kind: "", "section" or "note"
//   data-line-grip     drags its row; with the focus on it the arrows alone move the row
//   data-line-remove   removes its row; an existing line is only marked: its field named "...-delete" becomes "1"
//   data-line-move     "up" or "down"; Alt and an arrow do the same from any field of the row
//   Enter              goes down the column, from the last row to a new line
let next = Date.now() % 1e6;

const rows = (lines) => [...lines.querySelectorAll("[data-line]")].filter((row) => !row.hidden);
const changed = (lines) => lines.dispatchEvent(new Event("change", { bubbles: true }));

const number = (lines) => rows(lines).forEach((row, index) => {
  const position = row.querySelector("[data-position]");
  if (position) position.value = index + 1;
});

passerelle.addLine = (lines, kind = "") => {
  const shape = lines.querySelector(`template[data-line-shape="${kind}"]`);
  if (!shape) return null;
  next += 1;
  const holder = document.createElement("template");
  holder.innerHTML = shape.innerHTML.replaceAll("__n__", `n${next}`);
  const row = holder.content.firstElementChild;
  const before = lines.querySelector("[data-line-last]");
  if (before) before.before(row);
  else lines.querySelector("tbody").append(row);
  window.htmx?.process(row);
  passerelle.rowsChanged(lines);
  number(lines);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return row;
};

const move = (row, step) => {
  const lines = row.closest("[data-lines]");
  const all = rows(lines);
  const to = all[all.indexOf(row) + step];
  if (!to) return;
  const active = document.activeElement;
  if (step > 0) to.after(row);
  else to.before(row);
  active?.focus();
  number(lines);
  changed(lines);
};

passerelle.on("click", "[data-line-add]", (event, button) => {
  const lines = document.getElementById(button.dataset.lineAdd) || button.closest("[data-lines]");
  if (lines) passerelle.addLine(lines, button.dataset.lineKind);
});
passerelle.on("click", "[data-line-remove]", (event, button) => {
  const row = button.closest("[data-line]");
  const lines = row.closest("[data-lines]");
  const mark = row.querySelector("[data-delete]");
  const beside = rows(lines)[rows(lines).indexOf(row) + 1] || rows(lines)[rows(lines).indexOf(row) - 1];
  if (mark) { mark.value = "1"; row.hidden = true; }
  else row.remove();
  number(lines);
  changed(lines);
  beside?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
});
passerelle.on("click", "[data-line-move]", (event, button) => move(button.closest("[data-line]"), button.dataset.lineMove === "up" ? -1 : 1));
// Enter goes down its column, and from the last row to a new line. Fields of several rows of text keep it.
passerelle.on("keydown", "[data-line]", (event, row) => {
  const field = event.target;
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (!field.matches("input:not([type=checkbox])") || field.getAttribute("aria-expanded") === "true") return;
  event.preventDefault();
  const lines = row.closest("[data-lines]");
  const below = rows(lines)[rows(lines).indexOf(row) + 1];
  const column = (field.name || "").split(".").pop();
  const same = below && [...below.querySelectorAll("input:not([type=hidden])")].find((one) => one.name.split(".").pop() === column);
  const picker = lines.querySelector("[data-line-picker] input[role=combobox]");
  if (same) { same.focus(); same.select(); }
  else if (below) below.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  else if (picker) picker.focus();
  else lines.querySelector("[data-line-add]")?.click();
});
passerelle.on("keydown", "[data-line]", (event, row) => {
  if (!event.altKey && !event.target.closest("[data-line-grip]")) return;
  if (!/^Arrow(Up|Down)$/.test(event.key)) return;
  event.preventDefault();
  move(row, event.key === "ArrowUp" ? -1 : 1);
});

const dragged = new WeakSet();
const prepare = async (lines) => {
  const body = lines.querySelector("tbody");
  if (!lines.dataset.sortable || !body || dragged.has(body)) return;
  dragged.add(body);
  const Sortable = await passerelle.sortable(lines.dataset.sortable);
  new Sortable(body, {
    handle: "[data-line-grip]",
    draggable: "[data-line]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    forceFallback: true,
    fallbackTolerance: 4,
    onChoose: () => passerelle.holdRows(true),
    onUnchoose: () => passerelle.holdRows(false),
    onEnd: ({ oldIndex, newIndex }) => {
      if (oldIndex === newIndex) return;
      number(lines);
      changed(lines);
    },
  });
};
for (const type of ["pointerover", "pointerdown"]) {
  passerelle.on(type, "[data-line-grip]", (event, grip) => prepare(grip.closest("[data-lines]")));
}
