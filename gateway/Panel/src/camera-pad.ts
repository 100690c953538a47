import { css, html } from 'lit';
import { gateway } from './gateway';
import { touch } from './styles';
import { say } from './texts';
import type { Word } from './texts';
import { Watching } from './watching';

/** A camera stops by itself when nobody asks again within half a second: whoever holds a key asks this often. */
const askEvery = 250;
const speed = 40;

const ways: readonly (readonly [id: string, sign: string, word: Word, args: Record<string, number>])[] = [
  ['out', '－', 'zoomOut', { zoom: -speed }], ['up', '▲', 'tiltUp', { tilt: speed }], ['in', '＋', 'zoomIn', { zoom: speed }],
  ['left', '◀', 'panLeft', { pan: -speed }], ['down', '▼', 'tiltDown', { tilt: -speed }], ['right', '▶', 'panRight', { pan: speed }],
];

/** Turns a camera while a key is held, and stops it when the finger is gone, wherever it went. */
export class CameraPad extends Watching {
  static override properties = { device: {}, way: { state: true } };

  declare device: string;
  declare way: string;
  #timer = 0;

  constructor() {
    super();
    this.device = this.way = '';
  }

  static override styles = [touch, css`
    .pad { display: grid; grid-template-columns: repeat(3, minmax(64px, 1fr)); gap: 8px; }
    button { padding: 4px; font-size: 24px; background: var(--act); color: var(--act-ink); border-color: transparent; }
    button:disabled { background: transparent; color: var(--soft); border-color: var(--line); }
    button[data-held] { border-color: var(--warn); }
  `];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  override render() {
    return html`<div class="pad" role="group" aria-label=${say('turnCamera')}>${ways.map(([id, sign, word, args]) => html`
      <button data-way=${id} aria-label=${say(word)} ?disabled=${!gateway.isLive} ?data-held=${this.way === id}
        @pointerdown=${() => this.#go(id, args)} @pointerup=${this.#stop} @pointerleave=${this.#stop} @pointercancel=${this.#stop} @contextmenu=${(e: Event) => e.preventDefault()}
        @keydown=${(e: KeyboardEvent) => { if ((e.key === 'Enter' || e.key === ' ') && !e.repeat) this.#go(id, args); }} @keyup=${this.#stop} @blur=${this.#stop}>${sign}</button>`)}</div>`;
  }

  #go(id: string, args: Record<string, number>): void {
    this.#stop();
    this.way = id;
    const ask = (): void => {
      if (!gateway.isLive) this.#stop();
      else void gateway.ask(`${this.device}/do/move`, args);
    };
    ask();
    this.#timer = window.setInterval(ask, askEvery);
  }

  readonly #stop = (): void => {
    if (this.way === '') return;
    window.clearInterval(this.#timer);
    this.way = '';
    void gateway.ask(`${this.device}/do/move`, {});
  };
}

customElements.define('av-camera-pad', CameraPad);
