import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api, reasonOf } from '../api';
import '../hold-button';
import { go, levels } from '../route';
import { desk, touch } from '../styles';
import { language, say } from '../texts';
import { Watching } from '../watching';
import { switchWord } from './switch-words';

interface Simulated { id: string; room: string; device: string; protocol: string; class: string; link: string; state?: unknown }
interface Switch { name: string; value: unknown; takes: string; summary: string }

/** The switches of the simulated devices, for drills: what a device does wrong on request. */
export class SimulatorBoard extends Watching {
  static override properties = { devices: { state: true }, switches: { state: true }, known: { state: true }, filled: { state: true }, failure: { state: true } };

  declare devices: Simulated[];
  declare switches: Switch[];
  declare known: Simulated | undefined;
  declare filled: Record<string, string>;
  declare failure: string;
  #of = '';

  constructor() {
    super();
    this.devices = this.switches = [];
    this.filled = {};
    this.failure = '';
  }

  static override styles = [touch, desk, css`
    :host { display: grid; gap: 14px; }
    .devices { display: flex; gap: 8px; flex-wrap: wrap; margin-top: 10px; }
    .devices button[aria-current='true'] { border-color: var(--warn); background: var(--ground); }
    .switch { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; gap: 8px 14px; align-items: center; padding: 8px 0; border-bottom: 1px solid var(--line); }
    .switch:last-of-type { border-bottom: 0; }
    .switch[data-on] strong { color: var(--warn); }
    .switch input, .switch select { width: 170px; }
    .switch av-hold-button { min-width: 110px; }
    .pair { display: grid; grid-template-columns: minmax(0, 2fr) minmax(260px, 1fr); gap: 14px; align-items: start; }
    pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 520px; overflow: auto; }
    @media (max-width: 1000px) { .pair { grid-template-columns: minmax(0, 1fr); } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void reasonOf(async () => { this.devices = await api<Simulated[]>('/devices'); }).then(why => { this.failure = why; });
  }

  override willUpdate(): void {
    const [, , room = '', device = ''] = levels();
    const chosen = room && device ? `${room}/${device}` : '';
    if (chosen === this.#of) return;
    this.#of = chosen;
    this.filled = {};
    if (chosen) void this.#read();
  }

  override render() {
    return html`
      <section aria-labelledby="sim"><h1 id="sim">${say('tabSimulator')}</h1><p class="soft">${say('simulated')}</p>
        ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
        <div class="devices">${repeat(this.devices, d => d.id, d => html`<button data-simulated=${d.id} aria-current=${d.id === this.#of} @click=${() => go(`/console/simulator/${d.id}`)}>${d.id} <span class="soft">${d.protocol}</span></button>`)}</div></section>
      ${this.#of && this.known ? html`<div class="pair">
        <section aria-labelledby="switches"><h2 id="switches">${say('switches')} · ${this.#of}</h2>${repeat(this.switches, s => `${this.#of}/${s.name}`, s => this.#switch(s))}
          <p><av-hold-button small label=${say('reset')} .act=${() => reasonOf(async () => { await api(`/devices/${this.#of}/reset`, 'POST'); await this.#read(); })}></av-hold-button></p></section>
        <section aria-labelledby="knows"><h2 id="knows">${say('deviceSees')}</h2><pre tabindex="0" role="region" aria-labelledby="knows">${JSON.stringify(this.known.state, null, 2)}</pre></section></div>` : nothing}`;
  }

  #switch(one: Switch) {
    const text = one.value === null || one.value === undefined ? '' : typeof one.value === 'string' ? one.value : JSON.stringify(one.value);
    const value = this.filled[one.name] ?? text;
    const isFlag = one.value === true || one.value === false;
    const set = (e: Event): void => { this.filled = { ...this.filled, [one.name]: (e.target as HTMLInputElement).value }; };
    const said = language.now === 'zh' ? switchWord(this.known?.protocol ?? '', one.name) : undefined;
    return html`<div class="switch" data-switch=${one.name} ?data-on=${one.value !== false && one.value !== null && one.value !== '' && one.value !== 0}>
      <span><strong>${one.name}</strong><br><span class="id" lang=${said || language.now === 'en' ? nothing : 'en'}>${said ?? one.summary}</span></span>
      ${isFlag ? html`<select aria-label=${one.name} @change=${set}>${['false', 'true'].map(w => html`<option value=${w} ?selected=${w === value}>${w}</option>`)}</select>` : html`<input aria-label=${one.name} .value=${value} @input=${set}>`}
      <av-hold-button small label=${say('set')} .act=${() => this.#set(one.name, value)}></av-hold-button></div>`;
  }

  #set(name: string, text: string): Promise<string> {
    return reasonOf(async () => {
      let value: unknown = text;
      try {
        value = JSON.parse(text) as unknown;
      } catch {
        // Not JSON: a word such as 200ms stands for itself.
      }

      await api(`/devices/${this.#of}/switches/${encodeURIComponent(name)}`, 'PUT', value);
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    const of = this.#of;
    this.failure = await reasonOf(async () => {
      const [known, switches] = await Promise.all([api<Simulated>(`/devices/${of}`), api<Switch[]>(`/devices/${of}/switches`)]);
      if (of !== this.#of) return;
      this.known = known;
      this.switches = switches;
      this.filled = {};
    });
  }
}

customElements.define('av-simulator-board', SimulatorBoard);
