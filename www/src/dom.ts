// Building and updating nodes without markup strings, so that no text from a server is ever parsed as HTML.

export type Child = Node | string | false | null | undefined | Child[];
export type Attributes = Record<string, string | number | boolean | null | undefined>;

/**
 * A new element from `tag part testid`: its tag, the name its page styles it by, and the one that tests find it by.
 * An attribute that is `false`, `null` or absent is left out.
 */
export function h(name: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  const [tag = '', part, testid] = name.split(' ');
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries({ part, 'data-testid': testid, ...attributes } as Attributes)) {
    if (value !== false && value != null) element.setAttribute(key, value === true ? '' : `${value}`);
  }
  element.append(...(children.flat(9).filter(Boolean) as (Node | string)[]));
  return element;
}

/** A list of what there is to say, line by line. */
export function list(lines: Child[]): HTMLElement {
  return h('ul steps', {}, lines.map((line) => line && h('li', {}, line)));
}

/**
 * Makes the children of `parent` look like `next`, keeping every node that can be kept: focus, an open
 * disclosure and a slider in mid-drag survive a change of the cart.
 */
export function patch(parent: Element | ShadowRoot, next: ChildNode[]): void {
  const before = [...parent.childNodes];
  next.forEach((node, index) => {
    const old = before[index];
    if (!old) parent.append(node);
    else if (old instanceof Element && node instanceof Element && old.tagName === node.tagName && old.id === node.id) {
      patchElement(old, node);
    } else if (!old.isEqualNode(node)) old.replaceWith(node);
  });
  before.slice(next.length).forEach((node) => node.remove());
}

function patchElement(old: Element, node: Element): void {
  for (const name of old.getAttributeNames()) {
    // Whether a disclosure is open belongs to its reader.
    if (name !== 'open' && !node.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of node.attributes) old.setAttribute(name, value);
  const { value } = node as HTMLInputElement;
  // What was typed stays while it says the same, as `1.0` does on the way to `1.05`.
  if (old instanceof HTMLInputElement && old.value !== value && Number(old.value) !== Number(value)) old.value = value;
  patch(old, [...node.childNodes]);
}
