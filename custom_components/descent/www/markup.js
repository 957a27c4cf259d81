/** Markup from text: everything that is put in is text, unless it was made here. */

/** @import * as T from "./types.js" */

class Markup {
  constructor(/** @type {string} */ text) {
    this.text = text;
  }
}

const ENTITIES = /** @type {{[character: string]: string}} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" });

/** @type {(value: unknown) => string} */
const escaped = (value) => {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join("");
  return value === null || value === undefined || value === false ? "" : String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
};

/** @type {(parts: TemplateStringsArray, ...values: unknown[]) => Markup} */
export const html = (parts, ...values) => new Markup(parts.reduce((text, part, index) => text + escaped(values[index - 1]) + part));

/** @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/** Show markup in an element, and touch only what has changed: focus and a slider under a finger stay. @type {T.Show} */
export function show(element, { text }) {
  if (shown.get(element) === text) return;
  shown.set(element, text);
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  morph(element, fresh.content);
}

/** @type {(from: Node, to: Node) => void} */
function morph(from, to) {
  const old = [...from.childNodes];
  const fresh = [...to.childNodes];
  fresh.forEach((node, index) => {
    const was = old[index];
    if (!was) from.appendChild(node);
    else if (was.nodeName !== node.nodeName) from.replaceChild(node, was);
    else if (was instanceof Element && node instanceof Element) {
      if (was.isEqualNode(node)) return;
      attributes(was, node);
      morph(was, node);
    } else if (was.nodeValue !== node.nodeValue) was.nodeValue = node.nodeValue;
  });
  for (const node of old.slice(fresh.length)) from.removeChild(node);
}

/** @type {(from: Element, to: Element) => void} */
function attributes(from, to) {
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of [...to.attributes]) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  // What somebody has set by hand is no attribute any more.
  if (from instanceof HTMLInputElement && to instanceof HTMLInputElement) {
    from.checked = to.checked;
    if (from.value !== to.value) from.value = to.value;
  } else if (from instanceof HTMLOptionElement && to instanceof HTMLOptionElement) from.selected = to.selected;
}
