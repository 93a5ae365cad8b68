// What others do, as it happens. The server sends ids only; the page asks again for what it shows, so that rules apply.
//   <div data-events="/events">, and any element with data-watch="model" or "model:id" gets an htmx event "changed"
// One page of a browser streams for all of them: whichever visible one has the lock; the others hear it on a channel.
// A page that is hidden gives the lock up. Without a secure context there are no locks: then each visible page streams.
const RETRY = 4000;
const NAME = "passerelle-events";
const channel = new BroadcastChannel(NAME);
let address = "";
let waiting;
let leave;

const heard = ([kind, text]) => {
  const told = JSON.parse(text);
  if (kind === "toast") return passerelle.toast(told);
  for (const watcher of document.querySelectorAll(`[data-watch="${CSS.escape(told.model)}"], [data-watch="${CSS.escape(`${told.model}:${told.id}`)}"]`))
    watcher.dispatchEvent(new CustomEvent("changed", { bubbles: false }));
};
channel.onmessage = (message) => heard(message.data);

// The lock is held as long as this promise is open: until the page is hidden or left.
const stream = () => new Promise((done) => {
  let source, timer;
  const open = () => {
    source = new EventSource(address);
    for (const kind of ["changed", "toast"])
      source.addEventListener(kind, (event) => { channel.postMessage([kind, event.data]); heard([kind, event.data]); });
    // The stream ends after a minute on purpose; open the next one, a little later when the server is busy or away.
    source.onerror = () => { source.close(); timer = setTimeout(open, RETRY * (0.5 + Math.random())); };
  };
  leave = () => { leave = undefined; clearTimeout(timer); source.close(); done(); };
  open();
});

const listen = () => {
  if (!address || waiting || leave || document.hidden) return;
  if (!navigator.locks) { stream(); return; }
  const asked = (waiting = new AbortController());
  navigator.locks.request(NAME, { signal: asked.signal }, () => {
    if (waiting === asked) waiting = undefined;
    return asked.signal.aborted || document.hidden ? undefined : stream();
  }).catch((error) => { if (error.name !== "AbortError") throw error; });
};
const stop = () => { waiting?.abort(); waiting = undefined; leave?.(); };

passerelle.ready((place) => {
  const holder = document.querySelector("[data-events]");
  if (holder && place === document) { address = holder.dataset.events; listen(); }
});
document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
window.addEventListener("pagehide", stop);
window.addEventListener("pageshow", listen);
