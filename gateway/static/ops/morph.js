// Changes a part of the page into a newer one and leaves alone what did not change, what has the focus and what is typed.

const KEPT_ATTRIBUTES = new Set(["open", "hidden", "disabled", "data-pointed"]);

export function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.hasAttribute("data-kept")) return;
  copyAttributes(old, fresh);
  morphChildren(old, fresh);
}

function copyAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT_ATTRIBUTES.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function morphChildren(old, fresh) {
  const keyed = new Map([...old.children].filter(keyOf).map((child) => [keyOf(child), child]));
  let next = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const found = key ? keyed.get(key) : next;
    if (found && isAlike(found, wanted)) {
      if (found === next) next = next.nextSibling;
      else old.insertBefore(found, next);
      morph(found, wanted);
    } else {
      old.insertBefore(document.importNode(wanted, true), next);
    }
  }
  while (next) {
    const after = next.nextSibling;
    next.remove();
    next = after;
  }
}

// Not by node.id: of a form that is the field named so.
function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("id") ?? node.getAttribute("data-key") : null;
}

function isAlike(old, fresh) {
  return old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);
}
