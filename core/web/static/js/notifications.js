// What others do, as it happens. The server sends ids only; the page asks again for what it shows, so that rules apply.
//   <div data-events="/events">, and any element with data-watch="model" or "model:id" gets an htmx event "changed"
const RETRY = 4000;
let source;

const listen = (address) => {
  source = new EventSource(address);
  source.addEventListener("changed", (event) => {
    const { model, id } = JSON.parse(event.data);
    for (const watcher of document.querySelectorAll(`[data-watch="${CSS.escape(model)}"], [data-watch="${CSS.escape(`${model}:${id}`)}"]`))
      watcher.dispatchEvent(new CustomEvent("changed", { bubbles: false }));
  });
  source.addEventListener("toast", (event) => passerelle.toast(JSON.parse(event.data)));
  // The stream ends after a minute on purpose; open the next one, a little later when the server is busy or away.
  source.onerror = () => { source.close(); setTimeout(() => { if (!document.hidden) listen(address); else wake = address; }, RETRY * (0.5 + Math.random())); };
};
let wake = "";

passerelle.ready((place) => {
  const holder = document.querySelector("[data-events]");
  if (holder && !source && place === document && !document.hidden) listen(holder.dataset.events);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && wake) { const address = wake; wake = ""; listen(address); } });
window.addEventListener("pagehide", () => source?.close());
