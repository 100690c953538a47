import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Argument, Description, DeviceState, Property, Reading, Verb } from '../contract';
import { stateOf } from '../court-panel';
import { gateway } from '../gateway';
import '../hold-button';
import { desk, touch } from '../styles';
import { clock, language, named, say, span, term } from '../texts';
import type { Word } from '../texts';
import { Watching } from '../watching';
import './probe-board';
import './state-diagram';
import './wire-log';

const qualities: Record<string, readonly [sign: string, word: Word]> = { good: ['●', 'good'], stale: ['◌', 'stale'], assumed: ['▲', 'assumed'], unknown: ['?', 'unknown'] };

/** One device for the engineer: its state machine with the present state, everything that it shows and how far that may be believed, what it can be asked, and its wire. */
export class DevicePage extends Watching {
  static override properties = { device: {}, filled: { state: true }, sought: { state: true } };

  declare device: string;
  declare filled: Record<string, Record<string, string>>;
  declare sought: string;
  #tick = 0;

  constructor() {
    super();
    this.device = this.sought = '';
    this.filled = {};
  }

  static override styles = [touch, desk, css`
    :host { display: grid; gap: 14px; min-width: 0; }
    .head { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: baseline; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 14px; align-items: start; }
    td.v { font-variant-numeric: tabular-nums; font-weight: 700; overflow-wrap: anywhere; min-width: 120px; }
    tr[data-q='stale'] td.v, tr[data-q='unknown'] td.v { color: var(--soft); font-style: italic; }
    tr[data-q='assumed'] td.v { color: var(--warn); }
    .verb { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 10px; align-items: end; border-bottom: 1px solid var(--line); padding: 10px 0; }
    .verb:last-child { border-bottom: 0; padding-bottom: 0; }
    .verb .form { margin-top: 6px; }
    .verb input, .verb select { min-width: 104px; width: 132px; }
    .verb av-hold-button { min-width: 120px; max-width: 280px; }
    .title { display: flex; gap: 12px; justify-content: space-between; align-items: center; flex-wrap: wrap; margin-bottom: 8px; }
    .title h2 { margin: 0; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = window.setInterval(() => this.requestUpdate(), 1_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.#tick);
  }

  override render() {
    const description = gateway.get<Description>(`${this.device}/$desc`);
    if (!description) return html`<section><p class="soft">${say('chooseDevice')}</p></section>`;
    const state = gateway.get<DeviceState>(`${this.device}/$state`);
    return html`
      <section class="head">
        <h1 class="grow">${named(description.name, this.device)}</h1><span>${stateOf(state)}</span>
        <span class="id">${this.device} · ${term('class', description.class)} · ${description.driver}${state?.reason && state.state !== 'online' ? ` · ${term('reason', state.reason)}` : ''}</span>
      </section>
      <div class="pair">
        <av-state-diagram driver=${description.driver} mode=${state?.mode ?? ''} .titles=${description.modeTitles}></av-state-diagram>
        <section aria-labelledby="verbs"><h2 id="verbs">${say('verbs')}</h2>
          ${description.verbs.length === 0 ? html`<p class="soft">–</p>` : repeat(description.verbs, v => `${this.device}/${v.name}`, v => this.#verb(v))}</section>
      </div>
      ${this.#properties(description)}
      <av-probe-board subject=${this.device}></av-probe-board>
      <av-wire-log device=${this.device}></av-wire-log>`;
  }

  #properties(description: Description) {
    const specOf = specs(description);
    const readings = [...gateway.topics]
      .filter(([tail]) => tail.startsWith(`${this.device}/`) && !tail.slice(this.device.length + 1).startsWith('$') && !tail.endsWith('/$target'))
      .map(([tail, value]) => ({ name: tail.slice(this.device.length + 1), reading: value as Reading, ...titled(tail.slice(this.device.length + 1), specOf) }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const shown = readings.filter(r => `${r.name} ${r.title}`.toLowerCase().includes(this.sought.toLowerCase()));
    return html`
      <section aria-labelledby="props">
        <div class="title"><h2 id="props">${say('properties')} (${readings.length})</h2>
          ${readings.length > 12 ? html`<label>${say('filter')}<input type="search" .value=${this.sought} @input=${(e: Event) => { this.sought = (e.target as HTMLInputElement).value; }}></label>` : nothing}</div>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="props"><table>
          <thead><tr><th>${say('property')}</th><th>${say('value')}</th><th>${say('quality')}</th><th>${say('seenAt')}</th><th>${say('age')}</th><th>${say('source')}</th></tr></thead>
          <tbody>${repeat(shown, r => r.name, r => this.#reading(r.name, r.title, r.property, r.reading))}</tbody>
        </table></div>
      </section>`;
  }

  #reading(name: string, title: string, property: Property | undefined, r: Reading) {
    const [sign, word] = qualities[r.q] ?? qualities['unknown']!;
    const wished = gateway.get<{ v: unknown }>(`${this.device}/${name}/$target`);
    return html`<tr data-q=${r.q} data-property=${name}>
      <td>${title}<br><span class="id">${name}</span></td>
      <td class="v">${valueOf(property, r.v)}${wished ? html`<br><span class="warn">→ ${say('wish')} ${valueOf(property, wished.v)}</span>` : nothing}</td>
      <td>${sign} ${say(word)}</td><td class="n">${clock(r.ts)}</td><td class="n">${span((Date.now() - Date.parse(r.ts)) / 1000)}</td><td>${term('src', r.src)}</td></tr>`;
  }

  #verb(verb: Verb) {
    const filled = this.filled[verb.name] ?? {};
    const inputs = Object.entries(verb.schema.properties);
    const args = Object.fromEntries(inputs.filter(([name]) => (filled[name] ?? '') !== '').map(([name, a]) => [name, a.type === 'string' ? filled[name] : a.type === 'boolean' ? filled[name] === 'true' : Number(filled[name])]));
    const isComplete = (verb.schema.required ?? []).every(name => name in args);
    return html`
      <div class="verb" data-verb=${verb.name}>
        <div><p><strong>${named(verb.title, verb.name)}</strong> ${verb.disturbing ? html`<span class="warn">▲ ${say('disturbs')}</span>` : nothing}</p>
          ${inputs.length === 0 ? nothing : html`<div class="form">${inputs.map(([name, a]) => this.#input(verb.name, name, a, verb.schema.required?.includes(name) ?? false))}</div>`}</div>
        <av-hold-button small label=${say('execute')} ?off=${!isComplete} consequence=${verb.disturbing ? say('disturbs') : ''} target=${`${this.device}/do/${verb.name}`} .args=${args}></av-hold-button>
      </div>`;
  }

  #input(verb: string, name: string, argument: Argument, isNeeded: boolean) {
    const set = (e: Event): void => {
      this.filled = { ...this.filled, [verb]: { ...this.filled[verb], [name]: (e.target as HTMLInputElement).value } };
    };
    const value = this.filled[verb]?.[name] ?? '';
    const words = argument.type === 'boolean' ? ['true', 'false'] : argument.enum;
    const title = (language.now === 'zh' ? argument['x-title-zh'] : argument.title) ?? name;
    const range = argument.minimum !== undefined && argument.maximum !== undefined ? ` ${argument.minimum}–${argument.maximum}` : '';
    return html`<label>${title}${range}${isNeeded ? ' *' : ''}${words
      ? html`<select @change=${set}><option value=""></option>${words.map(w => html`<option value=${w} ?selected=${w === value}>${argument.type === 'boolean' ? say(w === 'true' ? 'yes' : 'no') : named(argument['x-words']?.[w], w)}</option>`)}</select>`
      : html`<input .value=${value} @input=${set} type=${argument.type === 'string' ? 'text' : 'number'} step=${argument.type === 'integer' ? '1' : 'any'} min=${argument.minimum ?? nothing} max=${argument.maximum ?? nothing}>`}</label>`;
  }
}

/** What a value is to people: a word of the driver's or of a flag in their language, everything else as it is. */
function valueOf(property: Property | undefined, value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  return typeof value === 'string' ? named(property?.words?.[value], value) : String(value);
}

/** The property that a name belongs to, and its number where it is one of many. */
function specs(description: Description): (name: string) => [Property | undefined, string | number | undefined] {
  const exact = new Map(description.properties.map(p => [p.name, p]));
  const folded = description.properties.filter(p => p.count !== undefined);
  return name => {
    const found = exact.get(name);
    if (found) return [found, found.number];
    const kind = folded.find(p => name.startsWith(p.name.slice(0, p.name.indexOf('{'))));
    return [kind, kind && name.slice(kind.name.indexOf('{'))];
  };
}

/** A numbered property has the name of its kind and its number. */
function titled(name: string, specOf: ReturnType<typeof specs>): { title: string; property: Property | undefined } {
  const [property, number] = specOf(name);
  return { property, title: property ? `${named(property.title, property.name)}${number === undefined ? '' : ` ${number}`}${property.unit ? ` (${property.unit})` : ''}` : name };
}

customElements.define('av-device-page', DevicePage);
