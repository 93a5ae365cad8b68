// The wizard: choices are cards; a new country or language asks the server for the page in it, keeping what was typed.
passerelle.on("change", ".choice input[type=radio]", (event, radio) => {
  for (const other of radio.form.querySelectorAll(`input[name="${radio.name}"]`)) other.closest(".choice").classList.toggle("on", other.checked);
});
passerelle.on("change", "[data-setup]", (event, field) => {
  const changed = document.createElement("input");
  changed.type = "hidden";
  changed.name = "changed";
  changed.value = field.dataset.setup;
  field.form.append(changed);
  field.form.submit();
});
