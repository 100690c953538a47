import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import type { Answer } from './contract';
import { gateway } from './gateway';
import { stepWords } from './step-words';
import { touch } from './styles';
import { say, spoken, term } from './texts';
import { Watching } from './watching';

type Phase = 'idle' | 'sending' | 'confirmed' | 'partial' | 'failed';

const holdFor = 1_200;
const showFor = 6_000;

/**
 * A button for one request. It shows what became of it: idle, sending, confirmed by the device, failed and at which step. With a consequence it
 * has to be held, by finger or by key, and says in words what it is about to do.
 */
export class HoldButton extends Watching {
  static override properties = {
    label: {}, sub: {}, says: {}, consequence: {}, target: {}, args: { attribute: false }, act: { attribute: false }, off: { type: Boolean }, danger: { type: Boolean },
    phase: { state: true }, held: { state: true }, told: { state: true },
  };

  declare label: string;
  declare sub: string;

  /** What a screen reader says where the label is only a sign. */
  declare says: string;
  declare consequence: string;
  declare target: string;
  declare args: Record<string, unknown>;

  /** What the button does instead of asking over MQTT; tells why it did not work, or nothing. */
  declare act: (() => Promise<string>) | undefined;
  declare off: boolean;
  declare danger: boolean;
  declare phase: Phase;
  declare held: boolean;

  /** What became of it, said anew in whatever language is chosen meanwhile. */
  declare told: (() => string) | undefined;

  #timer = 0;

  constructor() {
    super();
    this.label = this.sub = this.says = this.consequence = this.target = '';
    this.args = {};
    this.off = this.danger = this.held = false;
    this.phase = 'idle';
  }

  static override styles = [touch, css`
    :host { display: inline-block; }
    :host([small]) button { min-height: 48px; padding: 4px 14px; border-radius: 10px; border-width: 2px; }
    :host([small]) .main { font-size: 18px; font-weight: 600; white-space: nowrap; }
    :host([small]) .say { font-size: 16px; }
    button { position: relative; overflow: hidden; width: 100%; min-height: 84px; display: flex; flex-direction: column; justify-content: center; align-items: center; gap: 4px; background: var(--act); color: var(--act-ink); border: 3px solid transparent; }
    button[data-danger] { background: var(--panic); }
    button:disabled { background: transparent; border-color: var(--line); }
    button[data-phase='sending'] { border-style: double; border-width: 5px; }
    button[data-phase='confirmed'] { border-color: var(--live); }
    button[data-phase='partial'] { border-color: var(--warn); }
    button[data-phase='failed'] { border-color: var(--bad); }
    .fill { position: absolute; inset: 0; background: #0b3a63; transform-origin: left; transform: scaleX(0); }
    button[data-held] .fill { transform: scaleX(1); transition: transform ${holdFor}ms linear; }
    span { position: relative; }
    .main { font-weight: 700; font-size: 22px; }
    .say { font-size: 18px; text-align: center; overflow-wrap: anywhere; }
    @media (max-height: 700px) { :host(:not([small])) button { min-height: 66px; padding: 4px 12px; gap: 0; } .main { line-height: 1.25; } }
    @media (prefers-reduced-motion: reduce) { button[data-held] .fill { transition: none; } }
  `];

  /** Another request is another button, whatever element the browser draws it with: it must not wear the other's outcome. */
  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('target') || !changed.get('target')) return;
    this.#release();
    this.phase = 'idle';
    this.told = undefined;
  }

  override render() {
    const isOff = this.off || !gateway.isLive || this.phase === 'sending';
    const words = this.held ? this.consequence : this.told?.() || this.sub || (this.consequence ? say('holdToConfirm') : '');
    return html`
      <button ?disabled=${isOff} data-phase=${this.phase} ?data-held=${this.held} ?data-danger=${this.danger}
        aria-description=${this.consequence} aria-label=${this.says || nothing}
        @pointerdown=${this.#press} @pointerup=${this.#release} @pointerleave=${this.#release} @pointercancel=${this.#release}
        @keydown=${this.#key} @keyup=${this.#release} @click=${this.#click} @contextmenu=${(e: Event) => e.preventDefault()}>
        <span class="fill" aria-hidden="true"></span>
        <span class="main">${this.#mark()} ${this.label}</span>
        <span class="say" role="status">${words}</span>
      </button>`;
  }

  #mark(): string {
    return { idle: '', sending: '⋯', confirmed: '✓', partial: '◐', failed: '✕' }[this.phase];
  }

  #click(): void {
    if (!this.consequence) void this.#ask();
  }

  #key(event: KeyboardEvent): void {
    if ((event.key === 'Enter' || event.key === ' ') && this.consequence && !event.repeat) this.#press();
  }

  readonly #press = (): void => {
    if (!this.consequence || this.off || !gateway.isLive || this.phase === 'sending') return;
    this.held = true;
    this.#timer = window.setTimeout(() => {
      this.held = false;
      void this.#ask();
    }, holdFor);
  };

  readonly #release = (): void => {
    window.clearTimeout(this.#timer);
    this.held = false;
  };

  async #ask(): Promise<void> {
    this.phase = 'sending';
    this.told = () => say('sending');
    const target = this.target;
    if (this.act) {
      const failure = await this.act();
      [this.phase, this.told] = failure ? ['failed', () => `${say('failed')}: ${failure}`] : ['confirmed', () => say('confirmed')];
      this.#fade();
      return;
    }

    const answer = await gateway.ask(target, this.args, a => { if (!a.final && target === this.target) this.told = () => `${say('sending')} (${term('answer', a.phase)})`; });
    if (target === this.target) [this.phase, this.told] = outcome(answer, target.split('/')[0]!);
    this.dispatchEvent(new CustomEvent('ended', { detail: answer, bubbles: true, composed: true }));
    this.#fade();
  }

  #fade(): void {
    window.setTimeout(() => {
      if (this.phase === 'confirmed') { this.phase = 'idle'; this.told = undefined; }
    }, showFor);
  }
}

function outcome(answer: Answer | undefined, room: string): [Phase, () => string] {
  if (!answer) return ['failed', () => say('noAnswer')];
  if (answer.stat === 200 || answer.stat === 203) return ['confirmed', () => say('confirmed')];
  const failed = answer.run?.steps.find(s => s.state === 'failed' || s.state === 'refused');
  const step = answer.run?.failedAt ?? failed?.name;
  const why = (): string => step ? stepWords(step, room) : reason(answer);
  return answer.stat === 207 ? ['partial', () => `${say('partly')}: ${why()}`] : ['failed', () => `${say('failed')}: ${why()}`];
}

/** The title says it most exactly; one that came without its Chinese is told by its code. */
function reason(answer: Answer): string {
  const known = term('code', answer.code);
  return spoken(answer.title, answer.titleZh ?? (known === answer.code ? undefined : known));
}

customElements.define('av-hold-button', HoldButton);
