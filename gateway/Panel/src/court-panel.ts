import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Answer, Description, DeviceState, Hearing, Reading, Scene } from './contract';
import { gateway } from './gateway';
import './audio-strip';
import './camera-pad';
import './hold-button';
import './recording-sign';
import './support-call';
import { stepWords } from './step-words';
import { touch } from './styles';
import { clock, named, say, term } from './texts';
import type { Word } from './texts';
import { Watching } from './watching';

/** The order in which a hearing goes; scenes of the court's own come after. */
const order = ['prepare', 'open', 'evidence', 'closed-evidence', 'protected-witness', 'mediation', 'debate', 'recess', 'deliberation', 'resume', 'verdict', 'close', 'technical-fault'];

/** What a person must hold for, and what it will do. Public or hard to take back. */
const consequences: Record<string, Word> = {
  open: 'confirmOpen', close: 'confirmClose', 'closed-evidence': 'confirmClosedEvidence', 'protected-witness': 'confirmProtected', mediation: 'confirmMediation',
  resume: 'confirmResume', deliberation: 'confirmDeliberation', recess: 'confirmRecess', evidence: 'confirmShow',
};

const phases: Record<string, Word> = {
  closed: 'phaseClosed', planned: 'phasePlanned', preparing: 'phasePreparing', 'in-session': 'phaseInSession', adjourned: 'phaseAdjourned', deliberation: 'phaseDeliberation',
};

const calls: Record<string, Word> = {
  idle: 'callIdle', dialling: 'callDialling', ringing: 'callRinging', connected: 'callConnected', held: 'callHeld', ending: 'callEnding',
};

export const phaseOf = (hearing: Hearing | undefined): string => hearing ? say(phases[hearing.phase] ?? 'unknown') : say('unknown');

/** The courtroom's panel, for its judge and clerk. */
export class CourtPanel extends Watching {
  static override properties = { room: {}, plan: { state: true } };

  declare room: string;
  declare plan: Answer | undefined;

  static override styles = [touch, css`
    :host { display: grid; grid-template-rows: auto 1fr; gap: 14px; padding: 14px; min-height: 100%; }
    header { display: flex; gap: 16px; align-items: center; flex-wrap: wrap; }
    h1 { font-size: 28px; }
    .phase { font-size: 24px; font-weight: 700; }
    .help { margin-left: auto; }
    main { display: grid; grid-template-columns: minmax(0, 3fr) minmax(280px, 1fr); gap: 14px; align-items: start; }
    .side { display: grid; gap: 14px; }
    .scenes { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 12px; }
    .panic av-hold-button { display: block; }
    .codec { display: grid; gap: 10px; }
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
    .things { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 14px; align-items: start; }
    .presets { display: grid; grid-template-columns: repeat(4, minmax(64px, 1fr)); gap: 8px; }
    .note { padding: 8px 14px; border-radius: 12px; border: 2px solid var(--warn); color: var(--warn); font-size: 20px; }
    .note.red { border-color: var(--bad); color: var(--bad); }
    p { line-height: 1.45; }
    .plan { margin-top: 10px; color: var(--warn); }
    ol { margin: 4px 0 0; padding-left: 28px; font-size: 18px; line-height: 1.5; columns: 260px auto; column-gap: 34px; }
    @media (max-height: 700px) { :host { gap: 8px; padding: 8px 14px; } main, .side { gap: 8px; } header { gap: 12px; } h1 { font-size: 26px; } .codec { gap: 4px; } .scenes { gap: 8px; } }
    .stale { opacity: .6; text-decoration: line-through; }
    @media (max-width: 800px) {
      main { grid-template-columns: 1fr; padding-bottom: 120px; }
      .panic { position: fixed; right: 14px; bottom: 14px; width: 46%; z-index: 1; padding: 8px; border: 2px solid var(--line); }
    }
  `];

  override render(): TemplateResult {
    const hearing = gateway.get<Hearing>(`${this.room}/$hearing`);
    return html`
      <header>
        <h1>${named(hearing?.name, this.room)}</h1>
        <av-recording-sign room=${this.room}></av-recording-sign>
        <span class="phase" role="status" aria-label=${say('hearing')}>${phaseOf(hearing)}</span>
        ${this.#notes(hearing)}
        <span class="help"><av-support-call room=${this.room}></av-support-call></span>
      </header>
      <main>
        <div class="side">
          <section aria-labelledby="scenes">
            <h2 id="scenes">${say('scenes')}</h2>
            <div class="scenes">${this.#scenes(hearing)}</div>
          </section>
          ${this.#evidence(hearing)}
          <div class="things">${this.#displays()}${this.#cameras()}</div>
          ${this.#audio()}
        </div>
        <div class="side">
          <section class="panic"><av-hold-button danger label=${say('panicMute')} target=${`${this.room}/$hearing/do/panic-mute`}></av-hold-button></section>
          ${this.#remote()}
          ${this.#devices()}
        </div>
      </main>`;
  }

  #notes(hearing: Hearing | undefined) {
    const notes: [Word, boolean][] = [];
    if (hearing?.notConfirmed) notes.push(['notConfirmed', true]);
    if (hearing?.forgotten) notes.push(['forgotten', false]);
    if (hearing?.stored === false) notes.push(['notStored', true]);
    if (hearing?.offer) notes.push(['offerBackup', true]);
    return notes.map(([word, isRed]) => html`<span class="note ${isRed ? 'red' : ''}" role="alert">${say(word)}</span>`);
  }

  #scenes(hearing: Hearing | undefined) {
    const allowed = (hearing?.scenes ?? []).filter(s => s !== 'panic-mute' && s !== 'evidence');
    if (!hearing && gateway.isLive) return html`<p>${say('nothingAllowed')}</p><p class="soft">${say('notThisRoom')}</p>`;
    if (allowed.length === 0) return html`<p class="soft">${say('nothingAllowed')}</p>`;
    const rank = (id: string): number => { const at = order.indexOf(id); return at < 0 ? order.length : at; };
    return repeat(allowed.sort((a, b) => rank(a) - rank(b)), id => id, id => {
      const scene = gateway.get<Scene>(`${this.room}/$scene/${id}`);
      const consequence = consequences[id] ? say(consequences[id]) : scene?.confirm ? say('confirmScene') : '';
      return html`<av-hold-button data-scene=${id} label=${named(scene?.name, id)} consequence=${consequence} target=${`${this.room}/$scene/${id}/do/run`}></av-hold-button>`;
    });
  }

  /** First to the judge's eyes (a plan, nothing sent), then to the court, then away again. */
  #evidence(hearing: Hearing | undefined) {
    if (!hearing?.scenes.includes('evidence')) return nothing;
    const isShown = gateway.get<Scene>(`${this.room}/$scene/evidence`)?.state === 'active';
    return html`
      <section aria-labelledby="evidence">
        <h2 id="evidence">${say('evidence')}</h2>
        <div class="row">
          <av-hold-button class="grow" data-do="preview" label=${say('preview')} target=${`${this.room}/$scene/evidence/do/preview`} @ended=${(e: CustomEvent<Answer>) => { this.plan = e.detail; }}></av-hold-button>
          <av-hold-button class="grow" data-scene="evidence" label=${say('showToCourt')} consequence=${say('confirmShow')} target=${`${this.room}/$scene/evidence/do/run`}
            @ended=${() => { this.plan = undefined; }}></av-hold-button>
          <av-hold-button class="grow" data-do="take-down" label=${say('takeDown')} ?off=${!isShown} target=${`${this.room}/$scene/evidence/do/rollback`}></av-hold-button>
        </div>
        ${this.plan?.plan ? html`<p class="plan">${say('previewTitle')}</p><ol>${this.plan.plan.steps.map(s => html`<li>${stepWords(s.name, this.room)}</li>`)}</ol>` : nothing}
      </section>`;
  }

  #remote() {
    const codecs = this.#ofClass('codec');
    return html`
      <section aria-labelledby="remote">
        <h2 id="remote">${say('remote')}</h2>
        ${codecs.length === 0 ? html`<p class="soft">${say('noCodec')}</p>` : codecs.map(([device, description]) => this.#codec(device, description))}
      </section>`;
  }

  #codec(device: string, description: Description) {
    const call = gateway.get<Reading>(`${device}/call`);
    const muted = gateway.get<Reading>(`${device}/muted`);
    const volume = gateway.get<Reading>(`${device}/volume`);
    const level = typeof volume?.v === 'number' ? volume.v : undefined;
    const can = (verb: string): boolean => description.verbs.some(v => v.name === verb);
    const set = (value: number) => html`<av-hold-button label=${value > (level ?? 0) ? '＋' : '－'} sub=${say(value > (level ?? 0) ? 'louder' : 'softer')} target=${`${device}/set/volume`} .args=${{ v: Math.min(100, Math.max(0, value)) }}></av-hold-button>`;
    return html`<div class="codec" data-codec=${device}>
      <p><strong>${named(description.name, device)}</strong></p>
      <p class=${call?.q === 'good' ? '' : 'stale'}>${say(calls[String(call?.v)] ?? 'unknown')}</p>
      ${this.#quality(device)}
      <p class=${muted?.v === true ? 'warn' : ''}>${muted?.q === 'good' ? (muted.v === true ? `■ ${say('muted')}` : `● ${say('unmuted')}`) : say('unknown')}</p>
      <div class="row">
        ${call?.v === 'ringing' && can('answer') ? html`<av-hold-button class="grow" label=${say('answer')} target=${`${device}/do/answer`}></av-hold-button>` : nothing}
        ${can('mute') && muted?.v !== true ? html`<av-hold-button class="grow" data-do="mute" label=${say('mute')} target=${`${device}/do/mute`}></av-hold-button>` : nothing}
        ${can('unmute') && muted?.v === true ? html`<av-hold-button class="grow" data-do="unmute" label=${say('unmute')} target=${`${device}/do/unmute`}></av-hold-button>` : nothing}
      </div>
      ${level === undefined ? nothing : html`<p>${say('volume')} ${level} %</p><div class="pair">${set(level - 10)}${set(level + 10)}</div>`}</div>`;
  }

  /** What the far line is like, where the codec or a probe of it tells. */
  #quality(device: string) {
    const found = ['line-quality', 'line-mos', 'line-loss', 'line-jitter'].map(name => [name, gateway.get<Reading>(`${device}/${name}`)] as const).filter(([, r]) => r?.q === 'good' && r.v !== null);
    return found.length === 0 ? nothing : html`<p>${say('lineQuality')}: ${found.map(([name, r]) => html`${term('quality', name.slice(5))} <strong>${name === 'line-quality' ? term('lineIs', String(r!.v)) : String(r!.v)}</strong> `)}</p>`;
  }

  #displays() {
    const displays = this.#ofClass('display').filter(([, d]) => d.verbs.some(v => v.name === 'blank'));
    if (displays.length === 0) return nothing;
    return html`
      <section aria-labelledby="displays"><h2 id="displays">${say('displays')}</h2>
        ${repeat(displays, ([device]) => device, ([device, description]) => {
          const blanked = gateway.get<Reading>(`${device}/blanked`);
          const isBlank = blanked?.v === true;
          const isSeen = blanked?.q === 'good';
          return html`<div class="codec"><p>${named(description.name, device)}: <span class=${isSeen ? isBlank ? 'warn' : 'live' : 'soft'}>${isSeen ? isBlank ? `■ ${say('blanked')}` : `● ${say('picture')}` : `? ${say('unknown')}`}</span></p>
            <av-hold-button data-do="blank" label=${say(isBlank ? 'unblank' : 'blankAll')} consequence=${isBlank ? '' : say('confirmBlank')} ?off=${!isSeen} target=${`${device}/do/blank`} .args=${{ blanked: !isBlank }}></av-hold-button></div>`;
        })}
      </section>`;
  }

  /** Cameras, and codecs that move one. */
  #cameras() {
    const cameras = this.#all().filter(([, d]) => d.verbs.some(v => v.name === 'preset-recall'));
    if (cameras.length === 0) return nothing;
    return html`
      <section aria-labelledby="cameras"><h2 id="cameras">${say('cameras')}</h2>
        ${repeat(cameras, ([device]) => device, ([device, description]) => html`<div class="codec" data-camera=${device}><p>${named(description.name, device)}</p>
          <div class="presets">${[1, 2, 3, 4].map(n => html`<av-hold-button data-preset=${n} label=${String(n)} sub=${say('preset')} target=${`${device}/do/preset-recall`} .args=${{ n }}></av-hold-button>`)}</div>
          ${description.verbs.some(v => v.name === 'move') ? html`<av-camera-pad device=${device}></av-camera-pad>` : nothing}</div>`)}
      </section>`;
  }

  /** Who is muted and how loud each is, where the room has a device for it. */
  #audio() {
    const mixers = this.#ofClass('audio');
    return mixers.length === 0 ? nothing : html`
      <section aria-labelledby="audio"><h2 id="audio">${say('audio')}</h2>
        ${repeat(mixers, ([device]) => device, ([device]) => html`<av-audio-strip device=${device}></av-audio-strip>`)}</section>`;
  }

  #devices() {
    const devices = this.#all();
    return html`
      <section aria-labelledby="devices">
        <h2 id="devices">${say('devices')}</h2>
        ${devices.map(([device, description]) => html`<p>${named(description.name, device)}: ${stateOf(gateway.get<DeviceState>(`${device}/$state`))}</p>`)}
      </section>`;
  }

  #all(): [string, Description][] {
    return [...gateway.topics].filter(([tail]) => tail.startsWith(`${this.room}/`) && tail.endsWith('/$desc')).map(([tail, d]) => [tail.slice(0, -6), d as Description]);
  }

  #ofClass(wanted: string): [string, Description][] {
    return this.#all().filter(([, d]) => d.class === wanted);
  }
}

const states: Record<string, Word> = {
  online: 'online', offline: 'offline', degraded: 'degraded', init: 'init', disabled: 'disabled', maintenance: 'maintenance', 'parent-down': 'parentDown',
};

/** A device's state in words and shape. */
export function stateOf(state: DeviceState | undefined): TemplateResult {
  const [shape, tone] = state?.state === 'online' ? ['●', 'live'] : state?.state === 'offline' ? ['✕', 'bad'] : ['▲', 'warn'];
  return html`<span class=${tone}>${shape} ${say(states[state?.state ?? ''] ?? 'unknown')}</span>${state && state.state !== 'online' ? html` <span class="soft">${clock(state.since)}</span>` : ''}`;
}

customElements.define('av-court-panel', CourtPanel);
