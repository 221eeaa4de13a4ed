// Pointing at a step of the drawing shows its line in the table, and the other way round.

export function pointAtSteps() {
  for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, point);
}

function point(event) {
  const number = numberOf(event.target);
  for (const pointed of document.querySelectorAll("[data-pointed]")) delete pointed.dataset.pointed;
  if (!number) return;
  for (const twin of document.querySelectorAll(`#step-${number}, [data-step="${number}"]`)) twin.dataset.pointed = "";
}

function numberOf(element) {
  return element.closest?.("[data-step]")?.dataset.step ?? element.closest?.("tr[id^=step-]")?.id.slice("step-".length);
}
