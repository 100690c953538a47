import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Description, Reading } from './contract';
import { gateway } from './gateway';
import './hold-button';
import { touch } from './styles';
import { named, say } from './texts';
import { Watching } from './watching';

/** A step that is heard, and small enough not to startle a courtroom. */
const step = 3;

/** The channels of an audio processor or a microphone controller: who is muted, how loud, and both to change. Each mute is seen on every panel of the room. */
export class AudioStrip extends Watching {
  static override properties = { device: {} };

  declare device: string;

  static override styles = [touch, css`
    .channels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 12px 18px; }
    .channel { display: grid; grid-template-columns: minmax(0, 1fr) 64px minmax(64px, 80px) 64px; gap: 8px; align-items: center; }
    .name { grid-column: 1 / -1; display: flex; justify-content: space-between; gap: 10px; font-size: 18px; }
    .level { text-align: center; font-variant-numeric: tabular-nums; font-size: 18px; white-space: nowrap; }
    .old { color: var(--soft); font-style: italic; }
  `];

  override render(): TemplateResult {
    const description = gateway.get<Description>(`${this.device}/$desc`);
    return html`<p><strong>${named(description?.name, this.device)}</strong></p>
      <div class="channels">${description ? repeat(this.#channels(), c => c, c => this.#channel(c, description)) : nothing}</div>`;
  }

  #channels(): number[] {
    const found = new Set<number>();
    for (const tail of gateway.topics.keys()) {
      const channel = tail.startsWith(`${this.device}/`) ? /^(?:muted|level)-(\d+)$/.exec(tail.slice(this.device.length + 1))?.[1] : undefined;
      if (channel !== undefined) found.add(Number(channel));
    }

    return [...found].sort((a, b) => a - b);
  }

  #channel(channel: number, description: Description) {
    const can = (verb: string): boolean => description.verbs.some(v => v.name === verb);
    const muted = gateway.get<Reading>(`${this.device}/muted-${channel}`);
    const level = gateway.get<Reading>(`${this.device}/level-${channel}`);
    const isSeen = muted?.q === 'good';
    const isMuted = muted?.v === true;
    const range = description.verbs.find(v => v.name === 'level')?.schema.properties['db'];
    const now = level?.q === 'good' && typeof level.v === 'number' ? level.v : undefined;
    const to = (by: number): number => Math.min(range?.maximum ?? 0, Math.max(range?.minimum ?? -100, Math.round((now ?? 0) + by)));
    const turn = (by: number) => html`<av-hold-button data-do=${by > 0 ? 'louder' : 'softer'} label=${by > 0 ? '＋' : '－'} says=${`${say(by > 0 ? 'louder' : 'softer')} ${say('channel')} ${channel}`} ?off=${now === undefined || to(by) === now}
      target=${`${this.device}/do/level`} .args=${{ channel, db: to(by) }}></av-hold-button>`;
    return html`<div class="channel" data-channel=${channel}>
      <span class="name"><span>${say('channel')} ${channel}</span>
        <span class=${isSeen ? isMuted ? 'warn' : 'live' : 'soft'}>${isSeen ? isMuted ? `■ ${say('channelMuted')}` : `● ${say('channelOpen')}` : `? ${say('unknown')}`}</span></span>
      ${can('mute') ? html`<av-hold-button data-do="mute" label=${say(isMuted ? 'unmute' : 'mute')} ?off=${!isSeen} target=${`${this.device}/do/${isMuted ? 'unmute' : 'mute'}`} .args=${{ channel }}></av-hold-button>` : html`<span></span>`}
      ${can('level') && level ? html`${turn(-step)}<span class="level ${now === undefined ? 'old' : ''}">${typeof level.v === 'number' ? `${level.v} dB` : '–'}</span>${turn(step)}` : nothing}
    </div>`;
  }
}

customElements.define('av-audio-strip', AudioStrip);
