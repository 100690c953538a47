import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Answer } from './contract';
import { gateway } from './gateway';
import './hold-button';
import { touch } from './styles';
import { clock, say, saidInBoth } from './texts';
import type { Word } from './texts';
import { Watching } from './watching';

/** What somebody in a courtroom can say at once; the rest is asked by whoever comes. */
const troubles: Word[] = ['troubleSound', 'troublePicture', 'troubleRemote', 'troubleRecording', 'troubleOther'];

/** Calls technical support: the room is reported as a fault, which calls whoever is on duty as every other fault does. */
export class SupportCall extends Watching {
  static override properties = { room: {}, isOpen: { state: true }, unusable: { state: true }, called: { state: true } };

  declare room: string;
  declare isOpen: boolean;
  declare unusable: boolean;
  declare called: { fault: string; at: number } | undefined;

  constructor() {
    super();
    this.isOpen = this.unusable = false;
  }

  static override styles = [touch, css`
    :host { display: contents; }
    dialog { width: min(720px, calc(100vw - 28px)); max-height: calc(100vh - 28px); border: 2px solid var(--line); border-radius: 18px; padding: 18px; background: var(--raised); color: var(--ink); }
    dialog::backdrop { background: rgb(5 10 16 / 75%); }
    h2 { font-size: 24px; color: var(--ink); }
    .reasons { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 12px; margin: 14px 0; }
    .last { display: flex; flex-wrap: wrap; gap: 12px; justify-content: space-between; }
    button[aria-pressed='true'] { border-color: var(--bad); color: var(--bad); font-weight: 700; }
    .called { font-size: 22px; line-height: 1.5; margin-bottom: 14px; }
  `];

  override render() {
    return html`
      <button data-do="support" ?disabled=${!gateway.isLive} @click=${() => { this.isOpen = true; this.unusable = false; }}>${this.called ? `✓ ${say('supportCalled')} ${clock(this.called.at)}` : `☎ ${say('callSupport')}`}</button>
      ${this.isOpen ? html`<dialog aria-labelledby="what" @close=${this.#close}>${this.called ? this.#done(this.called) : this.#ask()}</dialog>` : nothing}`;
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  #ask() {
    return html`
      <h2 id="what">${say('supportWhat')}</h2>
      <div class="reasons">${repeat(troubles, t => t, t => html`
        <av-hold-button data-trouble=${t} label=${say(t)} target="$fault/do/raise" .args=${{ room: this.room, what: saidInBoth(t), ...(this.unusable ? { unusable: true } : {}) }} @ended=${this.#ended}></av-hold-button>`)}</div>
      <div class="last">
        <button data-do="unusable" aria-pressed=${this.unusable} @click=${() => { this.unusable = !this.unusable; }}>${this.unusable ? '■' : '□'} ${say('supportUnusable')}</button>
        <button data-do="no-call" @click=${this.#close}>${say('cancel')}</button>
      </div>`;
  }

  #done(called: { fault: string; at: number }) {
    return html`
      <h2 id="what">✓ ${say('supportCalled')}</h2>
      <p class="called" role="status">${say('supportTold')}<br>${say('supportNumber')} <strong>${called.fault}</strong> · ${clock(called.at)}</p>
      <div class="last"><button data-do="again" @click=${() => { this.called = undefined; }}>${say('supportAgain')}</button><button data-do="no-call" @click=${this.#close}>${say('close')}</button></div>`;
  }

  readonly #close = (): void => { this.isOpen = false; };

  readonly #ended = (event: CustomEvent<Answer | undefined>): void => {
    const answer = event.detail;
    if (answer?.stat === 200 && answer.fault) this.called = { fault: answer.fault, at: Date.now() };
  };
}

customElements.define('av-support-call', SupportCall);
