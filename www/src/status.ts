// The page's one polite live region, shared by all elements. The figures themselves are not live.
import { h } from './dom.js';

let region: HTMLElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Has `sentence` read out once things have been quiet for a second; the last one wins. */
export function announce(sentence: string): void {
  const live = (region ??= document.body.appendChild(h('div', { role: 'status' })));
  live.style.cssText = 'position:fixed;inset:0;clip-path:inset(50%)';
  live.textContent = ''; // The same sentence twice would not be read twice.
  clearTimeout(timer);
  timer = setTimeout(() => (live.textContent = sentence), 1000);
}
