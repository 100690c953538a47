import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../api';
import { gateway } from '../gateway';
import { desk, touch } from '../styles';
import { moment, say, term } from '../texts';
import { Watching } from '../watching';

interface Row { seq: number; at: string; kind: string; subject: string; actor: string; details: unknown }
interface Page { rows: Row[]; more: boolean }

const kinds = ['command.', 'device.', 'fault.', 'hearing.', 'scene.', 'power.', 'schedule.', 'inspection.', 'escalation.', 'notice.', 'access.', 'user.', 'calendar.'];

/** Searches the service record by time, kind and device; the newest first, a page at a time. */
export class RecordBoard extends Watching {
  static override properties = { kind: { state: true }, subject: { state: true }, from: { state: true }, until: { state: true }, rows: { state: true }, more: { state: true }, failure: { state: true } };

  declare kind: string;
  declare subject: string;
  declare from: string;
  declare until: string;
  declare rows: Row[] | undefined;
  declare more: boolean;
  declare failure: string;

  constructor() {
    super();
    this.kind = this.subject = this.from = this.until = this.failure = '';
    this.more = false;
  }

  static override styles = [touch, desk, css`
    :host { display: grid; gap: 14px; }
    td { overflow-wrap: anywhere; }
    td code { display: block; max-width: 520px; color: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; }
    .kind { white-space: nowrap; }
    .scroll { max-height: none; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#search(false);
  }

  override render() {
    const set = (name: 'kind' | 'subject' | 'from' | 'until') => (e: Event): void => { this[name] = (e.target as HTMLInputElement).value; };
    const rooms = [...gateway.topics.keys()].filter(t => t.endsWith('/$hearing')).map(t => t.slice(0, -8)).sort();
    const devices = [...gateway.topics.keys()].filter(t => t.endsWith('/$desc')).map(t => t.slice(0, -6)).sort();
    return html`
      <section aria-labelledby="record"><h1 id="record">${say('tabRecord')}</h1>
        <form class="form" @submit=${(e: Event) => { e.preventDefault(); void this.#search(false); }}>
          <label>${say('kindOf')}<select name="kind" @change=${set('kind')}><option value="">${say('all')}</option>${kinds.map(k => html`<option value=${k} ?selected=${k === this.kind}>${term('record', k)}</option>`)}</select></label>
          <label>${say('subject')}<input name="subject" list="of" .value=${this.subject} @input=${set('subject')}></label><datalist id="of">${[...rooms, ...devices].map(d => html`<option value=${d}></option>`)}</datalist>
          <label>${say('from')}<input type="datetime-local" name="from" .value=${this.from} @input=${set('from')}></label>
          <label>${say('until')}<input type="datetime-local" name="until" .value=${this.until} @input=${set('until')}></label>
          <button type="submit">${say('search')}</button>
        </form></section>
      <section aria-live="polite">
        ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : this.rows === undefined ? html`<p class="soft">${say('loading')}</p>` : this.rows.length === 0 ? html`<p class="soft">${say('noRows')}</p>` : html`
          <div class="scroll" tabindex="0" role="region" aria-labelledby="record"><table>
            <thead><tr><th>#</th><th>${say('when')}</th><th>${say('kindOf')}</th><th>${say('subject')}</th><th>${say('by')}</th><th>${say('details')}</th></tr></thead>
            <tbody>${repeat(this.rows, r => r.seq, r => html`<tr data-seq=${r.seq}><td class="n">${r.seq}</td><td class="n">${moment(r.at)}</td><td class="kind">${kindOf(r.kind)}<br><span class="id">${r.kind}</span></td><td>${r.subject}</td><td>${r.actor}</td><td><code data-said>${brief(r.details)}</code></td></tr>`)}</tbody>
          </table></div>
          ${this.more ? html`<p><button data-older @click=${() => void this.#search(true)}>${say('older')}</button></p>` : nothing}`}
      </section>`;
  }

  async #search(isMore: boolean): Promise<void> {
    const asked = new URLSearchParams();
    if (this.kind) asked.set('kind', this.kind);
    if (this.subject.trim()) asked.set('subject', this.subject.trim());
    if (this.from) asked.set('from', new Date(this.from).toISOString());
    if (this.until) asked.set('until', new Date(this.until).toISOString());
    const last = isMore ? this.rows?.at(-1) : undefined;
    if (last) asked.set('before', String(last.seq));
    try {
      const page = await api<Page>(`/api/record?${asked}`);
      this.rows = isMore ? [...this.rows ?? [], ...page.rows] : page.rows;
      this.more = page.more;
      this.failure = '';
    } catch (failed) {
      this.failure = failed instanceof Error ? failed.message : '';
    }
  }
}

/** A kind of row, such as <code>fault.opened</code>: what it is about, and what became of it. */
function kindOf(kind: string): string {
  const [family = '', what = ''] = kind.split('.', 2);
  const about = term('record', `${family}.`);
  const became = family === 'fault' ? term('line', what) : term('row', kind);
  return `${about} · ${became === kind ? what : became}`;
}

/** Members of a row, without what is not there. */
function brief(details: unknown): string {
  if (details === null || typeof details !== 'object') return String(details ?? '');
  return Object.entries(details).filter(([, v]) => v !== null && v !== '').map(([k, v]) => `${k}=${typeof v === 'object' ? JSON.stringify(v) : String(v)}`).join('  ');
}

customElements.define('av-record-board', RecordBoard);
