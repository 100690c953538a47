import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Argument, Description, DeviceState, Reading, Verb } from './contract';
import { stateOf } from './court-panel';
import { gateway } from './gateway';
import './hold-button';
import { touch } from './styles';
import { clock, named, say } from './texts';
import type { Word } from './texts';
import { Watching } from './watching';

const qualities: Record<string, Word> = { good: 'good', stale: 'stale', assumed: 'assumed', unknown: 'unknown' };

/** One device for the engineer: everything that it shows, how far that may be believed, and what it can be asked. */
export class DevicePage extends Watching {
  static override properties = { device: {}, filled: { state: true } };

  declare device: string;
  declare filled: Record<string, Record<string, string>>;

  constructor() {
    super();
    this.device = '';
    this.filled = {};
  }

  static override styles = [touch, css`
    table { border-collapse: collapse; width: 100%; }
    th { text-align: left; color: var(--soft); font-weight: 600; }
    th, td { padding: 6px 10px 6px 0; font-size: 18px; border-bottom: 1px solid var(--line); }
    td.v { font-variant-numeric: tabular-nums; font-weight: 700; overflow-wrap: anywhere; }
    tr[data-q='stale'] td.v, tr[data-q='unknown'] td.v { color: var(--soft); font-style: italic; }
    tr[data-q='assumed'] td.v { color: var(--warn); }
    .verb { display: grid; grid-template-columns: 1fr auto; gap: 10px; align-items: end; border-bottom: 1px solid var(--line); padding: 10px 0; }
    label { display: inline-grid; gap: 4px; margin-right: 12px; font-size: 18px; color: var(--soft); }
    input, select { font: inherit; min-height: 48px; min-width: 140px; padding: 4px 10px; border-radius: 10px; border: 2px solid var(--line); background: var(--ground); color: var(--ink); }
  `];

  override render() {
    const description = gateway.get<Description>(`${this.device}/$desc`);
    if (!description) return html`<section><p class="soft">${say('chooseDevice')}</p></section>`;
    const readings = [...gateway.topics]
      .filter(([tail]) => tail.startsWith(`${this.device}/`) && !tail.slice(this.device.length + 1).startsWith('$') && !tail.endsWith('/$target'))
      .map(([tail, value]) => [tail.slice(this.device.length + 1), value as Reading] as const)
      .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    return html`
      <section>
        <p class="row"><strong class="grow">${named(description.name, this.device)} · ${this.device}</strong>${stateOf(gateway.get<DeviceState>(`${this.device}/$state`))}</p>
        <p class="soft">${description.class} · ${description.driver}</p>
        <h2>${say('verbs')}</h2>
        ${repeat(description.verbs, v => `${this.device}/${v.name}`, v => this.#verb(v))}
        <h2>${say('property')}</h2>
        <table>
          <thead><tr><th>${say('property')}</th><th>${say('value')}</th><th>${say('quality')}</th><th>${say('seenAt')}</th></tr></thead>
          <tbody>${readings.map(([name, r]) => html`<tr data-q=${r.q}><td>${name}</td><td class="v">${r.v === null ? '–' : String(r.v)}</td><td>${say(qualities[r.q] ?? 'unknown')}</td><td>${clock(r.ts)}</td></tr>`)}</tbody>
        </table>
      </section>`;
  }

  #verb(verb: Verb) {
    const filled = this.filled[verb.name] ?? {};
    const inputs = Object.entries(verb.schema.properties);
    const args = Object.fromEntries(inputs.filter(([name]) => (filled[name] ?? '') !== '').map(([name, a]) => [name, a.type === 'string' ? filled[name] : a.type === 'boolean' ? filled[name] === 'true' : Number(filled[name])]));
    const isComplete = (verb.schema.required ?? []).every(name => name in args);
    return html`
      <div class="verb">
        <div><p>${named(verb.title, verb.name)} ${verb.disturbing ? html`<span class="soft">(${say('disturbs')})</span>` : nothing}</p>
          ${inputs.map(([name, a]) => this.#input(verb.name, name, a))}</div>
        <av-hold-button label=${say('execute')} sub=${verb.name} ?off=${!isComplete} target=${`${this.device}/do/${verb.name}`} .args=${args}></av-hold-button>
      </div>`;
  }

  #input(verb: string, name: string, argument: Argument) {
    const set = (e: Event): void => {
      this.filled = { ...this.filled, [verb]: { ...this.filled[verb], [name]: (e.target as HTMLInputElement).value } };
    };
    const value = this.filled[verb]?.[name] ?? '';
    const words = argument.type === 'boolean' ? ['true', 'false'] : argument.enum;
    return html`<label>${name}${words
      ? html`<select @change=${set}><option value=""></option>${words.map(w => html`<option value=${w} ?selected=${w === value}>${w}</option>`)}</select>`
      : html`<input .value=${value} @input=${set} type=${argument.type === 'string' ? 'text' : 'number'} min=${argument.minimum ?? nothing} max=${argument.maximum ?? nothing}>`}</label>`;
  }
}

customElements.define('av-device-page', DevicePage);
