import { css, html } from 'lit';
import type { Hearing, Reading } from './contract';
import { gateway } from './gateway';
import { touch } from './styles';
import { say, span } from './texts';
import type { Word } from './texts';
import { Watching } from './watching';

const signs: Record<string, { word: Word; shape: string; tone: string }> = {
  proven: { word: 'recProven', shape: '●', tone: 'live' },
  'not-recorded': { word: 'recNot', shape: '■', tone: 'bad' },
  unproven: { word: 'recUnproven', shape: '▲', tone: 'warn' },
  off: { word: 'recOff', shape: '○', tone: 'off' },
};

/** Whether the hearing is being recorded: in words, shape, colour and growing seconds. What is not seen now is never shown as if it were. */
export class RecordingSign extends Watching {
  static override properties = { room: {} };

  declare room: string;

  static override styles = [touch, css`
    :host { display: inline-flex; align-items: center; gap: 14px; border: 3px solid; border-radius: 14px; padding: 8px 18px; min-height: 64px; font-size: 24px; font-weight: 700; }
    :host([tone='live']) { color: var(--live); }
    :host([tone='bad']) { color: #2b0b09; background: var(--bad); border-color: var(--bad); }
    :host([tone='warn']) { color: #2a1c00; background: var(--warn); border-color: var(--warn); }
    :host([tone='off']) { color: var(--soft); }
    .time { font-variant-numeric: tabular-nums; }
  `];

  override render() {
    const hearing = gateway.get<Hearing>(`${this.room}/$hearing`);
    const sign = gateway.isLive && hearing ? signs[hearing.recording] ?? signs['unproven']! : signs['unproven']!;
    this.setAttribute('tone', sign.tone);
    const main = hearing?.recorders.find(r => r.role === 'main') ?? hearing?.recorders[0];
    const grown = main && gateway.get<Reading>(`${main.device}/recorded`);
    const seconds = sign.word === 'recProven' && grown?.q === 'good' && typeof grown.v === 'number' ? span(grown.v) : '';
    return html`<span aria-hidden="true">${sign.shape}</span><span role="status" aria-label=${say('recording')}>${say(sign.word)}</span>
      ${seconds ? html`<span class="time">${seconds}</span>` : ''}`;
  }
}

customElements.define('av-recording-sign', RecordingSign);
