// A ready phrase is chosen and stands in the field that `select[data-fills]` names, after what was written there.

for (const chooser of document.querySelectorAll("select[data-fills]")) {
  const field = document.getElementById(chooser.dataset.fills);
  chooser.closest(".phrases").hidden = false;
  chooser.addEventListener("change", () => {
    if (!chooser.value) return;
    const before = field.value.trimEnd();
    field.value = before ? `${before}\n${chooser.value}` : chooser.value;
    chooser.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
