// Ticked rows and the bulk bar. A list is [data-selectable]; its rows are [data-row] with a tick box each;
// the bar is [data-bulk] with [data-bulk-count] inside and starts hidden.
let last = null;

const ticks = (list) => [...list.querySelectorAll("[data-row] input[type=checkbox][data-tick]")];

const refresh = (list) => {
  const all = ticks(list);
  const ticked = all.filter((tick) => tick.checked);
  const head = list.querySelector("[data-tick-all]");
  if (head) {
    head.checked = all.length > 0 && ticked.length === all.length;
    head.indeterminate = ticked.length > 0 && ticked.length < all.length;
  }
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = ticked.length === 0;
  const count = bar.querySelector("[data-bulk-count]");
  if (count) count.textContent = passerelle.text(ticked.length === 1 ? "selected_one" : "selected", { count: ticked.length });
  const everything = bar.querySelector("[data-bulk-all]");
  if (everything) everything.hidden = ticked.length < all.length;
};

passerelle.on("change", "[data-tick-all]", (event, head) => {
  const list = head.closest("[data-selectable]");
  for (const tick of ticks(list)) tick.checked = head.checked;
  refresh(list);
});
passerelle.on("click", "[data-tick]", (event, tick) => {
  const list = tick.closest("[data-selectable]");
  if (!list) return;
  const all = ticks(list);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(tick)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = tick.checked;
  }
  last = tick;
  refresh(list);
});
passerelle.on("click", "[data-bulk-clear]", () => passerelle.clearSelection());
passerelle.ready(() => { for (const list of document.querySelectorAll("[data-selectable]")) refresh(list); });

// True when something was selected; Esc uses it.
passerelle.clearSelection = () => {
  let some = false;
  for (const list of document.querySelectorAll("[data-selectable]")) {
    for (const tick of ticks(list)) { some ||= tick.checked; tick.checked = false; }
    refresh(list);
  }
  return some;
};
