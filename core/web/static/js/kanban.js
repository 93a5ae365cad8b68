// Kanban: drag by Sortable, loaded when a board is first touched; by keys, M opens the card's "Move to" menu.
//   [data-board="/address to post to"] > .lane[data-lane=value] > [data-cards] > .deal[data-id][data-version]
//   .drops [data-lane=value]  drop zones such as Won and Lost, shown during a drag; [data-ask] opens a dialog of that id
// Posts id, lane, before (the id of the card below, or nothing) and version; the answer replaces what it targets.
const send = (board, card, lane, before) => {
  const values = { id: card.dataset.id, lane, before: before || "", version: card.dataset.version || "" };
  window.htmx.ajax("POST", board.dataset.board, { target: "#main", swap: "outerMorph", values, source: board });
};

passerelle.moveCard = (card, lane) => send(card.closest("[data-board]"), card, lane, "");

const prepare = async (board) => {
  if (board.dataset.ready) return;
  board.dataset.ready = "yes";
  const Sortable = await passerelle.sortable(board.dataset.sortable);
  const drops = document.querySelector(".drops");
  const options = {
    group: board.dataset.board,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 200,
    delayOnTouchOnly: true,
    forceFallback: true,
    fallbackTolerance: 4,
    draggable: "[data-id]",
    filter: "button, a, input",
    preventOnFilter: false,
    onStart: () => { if (drops) drops.hidden = false; },
    onEnd: ({ item, to, from, oldIndex, newIndex }) => {
      if (drops) drops.hidden = true;
      const lane = to.closest("[data-lane]");
      if (to === from && oldIndex === newIndex) return;
      if (lane.dataset.ask) {
        const dialog = document.getElementById(lane.dataset.ask);
        from.insertBefore(item, from.children[oldIndex] || null);
        const field = dialog.querySelector("[name=id]");
        if (field) field.value = item.dataset.id;
        dialog.showModal();
        return;
      }
      send(board, item, lane.dataset.lane, item.nextElementSibling?.dataset.id);
    },
  };
  for (const cards of board.querySelectorAll("[data-cards]")) new Sortable(cards, options);
  for (const zone of drops?.querySelectorAll("[data-lane]") || []) new Sortable(zone, { ...options, sort: false });
};

for (const type of ["pointerover", "pointerdown"]) passerelle.on(type, "[data-board]", (event, board) => prepare(board));
