// Records: a line picked in the last row, tabs kept over a save, dialogs that stay open when refused.
passerelle.on("picked", "[data-line-picker]", (event, box) => {
  const { value, label } = event.detail;
  const lines = box.closest("[data-lines]");
  if (!value || !lines) return;
  event.stopPropagation();
  const row = passerelle.addLine(lines);
  const cell = row?.querySelector("[data-combobox]");
  if (cell) {
    cell.querySelector("input[type=hidden]").value = value;
    cell.querySelector("[role=combobox]").value = cell.dataset.label = label;
  }
  const [field, input] = box.querySelectorAll("input");
  field.value = "";
  input.value = box.dataset.label = "";
  row?.dispatchEvent(new Event("change", { bubbles: true }));
  input.focus();
});

// The chosen tab is the reader's, not the server's: a swap leaves it chosen.
let chosen = "";
document.addEventListener("tab", (event) => { chosen = event.target.id; });
document.addEventListener("htmx:after:swap", () => {
  const tab = chosen && document.getElementById(chosen);
  if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
});

// Boards: the form inside a column, the Move menu, and which card a dialog of a drop zone is about.
passerelle.on("click", "[data-quick]", (event, button) => {
  const form = document.getElementById(button.dataset.quick);
  if (!form) return;
  form.hidden = false;
  form.querySelector("input:not([type=hidden])")?.focus();
});
passerelle.on("click", "[data-quick-close]", (event, button) => { button.form.hidden = true; });
passerelle.on("click", "[data-move-to]", (event, item) => passerelle.moveCard(item.closest("[data-id]"), item.dataset.moveTo));
passerelle.on("click", "[data-dialog-id]", (event, item) => {
  const field = document.querySelector(`#${CSS.escape(item.dataset.dialog)} [name=id]`);
  if (field) field.value = item.dataset.dialogId;
});
