// Measures of a page as it is drawn now, for looks.py. Each function returns what is wrong, in words.

const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex='0']";

function shown(element) {
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom + scrollY > 0;
}

function described(element) {
  const box = element.getBoundingClientRect();
  const text = (element.innerText || element.value || element.getAttribute("aria-label") || "").trim().slice(0, 30);
  const marks = (element.id ? `#${element.id}` : "") + [...element.classList].map((name) => `.${name}`).join("");
  return `<${element.localName}${marks}> "${text}" ${Math.round(box.width)}x${Math.round(box.height)}`;
}

function inSentence(element) {
  if (element.localName !== "a" || !getComputedStyle(element).display.startsWith("inline")) return false;
  const around = element.closest("p, li, td, dd, label, blockquote, figcaption");
  return Boolean(around) && around.innerText.trim().length > element.innerText.trim().length;
}

// What a finger meets: the label of a tick box and the box together.
function touched(element) {
  const boxes = [element, ...(element.labels ?? [])].map((each) => each.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)), right = Math.max(...boxes.map((box) => box.right));
  const top = Math.min(...boxes.map((box) => box.top)), bottom = Math.max(...boxes.map((box) => box.bottom));
  return { width: right - left, height: bottom - top };
}

function smallTargets(least) {
  return [...document.querySelectorAll(CONTROLS)]
    .filter((element) => shown(element) && !inSentence(element) && !element.closest("svg, [data-small]"))
    .filter((element) => {
      const box = touched(element);
      return box.width < least - 0.5 || box.height < least - 0.5;
    })
    .map(described);
}

function smallText([least, leading]) {
  const found = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || found.has(element) || !shown(element) || element.closest("svg, script")) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize), height = parseFloat(style.lineHeight);
    if (size < least - 0.1 || height / size < leading - 0.01) {
      found.set(element, `${described(element)} ${size}px, lines ${(height / size).toFixed(2)}`);
    }
  }
  return [...found.values()];
}

function stickingOut() {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    return shown(element) && element.getBoundingClientRect().right > room + 1;
  });
  return [`page of ${document.documentElement.scrollWidth}`, ...wide.slice(0, 6).map(described)];
}

// Chinese that a screen reader would spell in English: it must say what it is.
function unmarkedChinese() {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (element.closest("script, style, noscript") || !/[\u4e00-\u9fff]/.test(walk.currentNode.data)) continue;
    if (element.closest("[lang]").lang === "en") found.push(`${described(element)} "${walk.currentNode.data.trim().slice(0, 30)}"`);
  }
  return found;
}
