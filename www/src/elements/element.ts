// What all elements share: the shadow root, the own text as fallback, one place for events.
import { h, patch, type Child } from '../dom.js';
import { lang } from '../messages.js';
import { programme } from '../session.js';
import type { Document } from '../wire.js';
import { styles } from './style.js';

/** Importing on a server does nothing, and must not fail. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);
const CHANGE = 'loyalty:change';
let sheet: CSSStyleSheet | undefined;

export abstract class LoyaltyElement extends Base {
  protected readonly root = this.attachShadow({ mode: 'open' });
  #turn = 0;

  constructor() {
    super();
    if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(styles);
    this.root.adoptedStyleSheets = [sheet];
    this.root.append(h('slot'));
    for (const type of ['click', 'input', 'keydown', 'focusout']) this.root.addEventListener(type, this);
  }

  connectedCallback(): void {
    document.addEventListener(CHANGE, this);
    void this.update();
  }

  disconnectedCallback(): void {
    document.removeEventListener(CHANGE, this);
  }

  attributeChangedCallback(): void {
    if (this.isConnected) void this.update();
  }

  handleEvent(event: Event): void {
    if (event.type === CHANGE) void this.update();
    else this.act(event.target as HTMLElement, event);
  }

  /** The content, or nothing where there is nothing to say. */
  protected abstract render(programme: Document): Promise<Child> | Child;

  /** A press, a key or an input inside the element. */
  protected act(_target: HTMLElement, _event: Event): void {}

  /** Renders again; while nothing can be said, and whenever that fails, the element's own children show. */
  protected async update(): Promise<void> {
    const turn = ++this.#turn;
    let content: Child;
    try {
      content = programme && (await this.render(programme));
    } catch {
      // The children it is.
    }
    if (turn === this.#turn) patch(this.root, [content ? h('div box', { lang }, content) : h('slot')]);
  }
}
