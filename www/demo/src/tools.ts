// Building pages: nodes, never markup strings.
import { h as build, type Attributes, type Child } from '../../src/dom.js';

export type { Child } from '../../src/dom.js';

type Handlers = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

/** A new element with handlers. `class` and `data-testid` come with the other attributes. */
export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  return build(tag, attributes, ...children);
}

export function on<E extends HTMLElement>(element: E, handlers: Handlers): E {
  for (const [type, handler] of Object.entries(handlers)) element.addEventListener(type, handler as EventListener);
  return element;
}

/** A button that does something. */
export function button(text: string, press: () => void, attributes: Attributes = {}): HTMLElement {
  return on(h('button', { type: 'button', ...attributes }, text), { click: press });
}

export function show(...children: Child[]): void {
  document.querySelector('main')?.replaceChildren(...(children.flat(9).filter(Boolean) as (Node | string)[]));
}

/** Terms and what they are, one pair a row. */
export function pairs(className: string, rows: [term: string, what: Child, testid?: string, rowClass?: string][]): HTMLElement {
  return h('dl', { class: className }, rows.map(([term, what, testid, rowClass]) =>
    h('div', { class: rowClass }, h('dt', {}, term), h('dd', { 'data-testid': testid }, what))));
}
