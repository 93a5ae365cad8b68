// Density and theme are kept with the user; the page changes at once.
const root = document.documentElement;

const mark = () => {
  for (const button of document.querySelectorAll("button[data-density]"))
    button.setAttribute("aria-pressed", String(button.dataset.density === (root.dataset.density || "compact")));
};
passerelle.ready(mark);
passerelle.on("click", "button[data-density]", (event, button) => {
  const chosen = button.dataset.density;
  if (chosen === "compact") delete root.dataset.density;
  else root.dataset.density = chosen;
  mark();
  passerelle.post("/profile/density", { density: chosen === "compact" ? "" : chosen });
});
passerelle.on("change", "[data-theme-choice]", (event, field) => {
  if (field.value) root.dataset.bsTheme = field.value;
  else delete root.dataset.bsTheme;
});
