import { LitElement } from 'lit';
import { gateway } from './gateway';

/** An element that shows what the gateway says. It is drawn at most once a frame, however much is told. */
export class Watching extends LitElement {
  #due = false;

  readonly #look = (): void => {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.requestUpdate();
    });
  };

  /** Another address is another page, and nobody may touch the old one meanwhile: it does not wait for a frame, nor for what the gateway says next. */
  readonly #turn = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    gateway.addEventListener('told', this.#look);
    gateway.addEventListener('link', this.#look);
    window.addEventListener('language', this.#look);
    window.addEventListener('moved', this.#turn);
    window.addEventListener('popstate', this.#turn);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    gateway.removeEventListener('told', this.#look);
    gateway.removeEventListener('link', this.#look);
    window.removeEventListener('language', this.#look);
    window.removeEventListener('moved', this.#turn);
    window.removeEventListener('popstate', this.#turn);
  }
}
