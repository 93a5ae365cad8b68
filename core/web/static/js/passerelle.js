// The one global name. Every other module keeps its names to itself (the build wraps each file in a block).
const texts = JSON.parse(document.getElementById("texts")?.textContent || "{}");

window.passerelle = {
  // Delegated listening: works for what htmx swaps in later.
  on(type, selector, handler) {
    document.addEventListener(type, (event) => {
      const found = event.target instanceof Element && event.target.closest(selector);
      if (found) handler(event, found);
    });
  },

  // A sentence in the reader's language; the server writes them all into the page.
  text(key, values = {}) {
    return (texts[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  },

  csrf: () => document.querySelector("meta[name=csrf]")?.content || "",

  post(url, data = {}) {
    return fetch(url, {
      method: "POST",
      headers: { "X-CSRF-Token": passerelle.csrf(), "HX-Request": "true", "HX-Request-Type": "partial" },
      body: new URLSearchParams(data),
    });
  },

  // The dragging library, loaded when something is first dragged.
  sortable(url) {
    this.dragging ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => resolve(window.Sortable);
      script.onerror = reject;
      document.head.append(script);
    });
    return this.dragging;
  },

  // Whether a key press belongs to a field, where single keys are letters.
  typing: (event) => event.target instanceof Element && event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"),

  visible: (element) => Boolean(element && element.getClientRects().length),

  // Run now and for everything htmx brings later; `run` gets the new subtree.
  ready(run) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => run(document));
    else run(document);
    document.addEventListener("htmx:after:swap", (event) => run(event.target instanceof Element ? event.target : document));
  },
};
