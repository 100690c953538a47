import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../api';
import type { Fault, Inspection, Job, PowerRun, Probe } from '../contract';
import { gateway } from '../gateway';
import { go, levels } from '../route';
import { desk, touch } from '../styles';
import { say } from '../texts';
import type { Word } from '../texts';
import { Watching } from '../watching';
import './calendar-board';
import './device-board';
import './escalation-board';
import './fault-board';
import './findings-board';
import './inspection-board';
import './people-board';
import './power-board';
import './probe-board';
import './record-board';
import './simulator-board';

interface Tab { id: string; word: Word; page: () => TemplateResult; count?: () => number; may?: (role: string) => boolean }

const all = <T>(matches: (tail: string) => boolean): T[] => [...gateway.topics].filter(([tail]) => matches(tail)).map(([, value]) => value as T);

const tabs: Tab[] = [
  { id: 'devices', word: 'tabDevices', page: () => html`<av-device-board></av-device-board>` },
  { id: 'faults', word: 'tabFaults', page: () => html`<av-fault-board></av-fault-board>`, count: () => all<Fault>(t => t.startsWith('$fault/')).length },
  {
    id: 'escalation', word: 'tabEscalation', page: () => html`<av-escalation-board></av-escalation-board>`,
    count: () => all<Fault>(t => t.startsWith('$fault/')).flatMap(f => f.clocks ?? []).filter(c => c.state === 'missed' && !c.endedAt).length,
  },
  {
    id: 'inspections', word: 'tabInspections', page: () => html`<av-inspection-board></av-inspection-board>`,
    count: () => all<Inspection>(t => /^\$inspection\/[^/]+$/.test(t)).reduce((sum, i) => sum + i.findings, 0),
  },
  { id: 'probes', word: 'tabProbes', page: () => html`<av-probe-board></av-probe-board>`, count: () => all<Probe>(t => /(^|\/)\$probe\/[^/]+$/.test(t)).filter(p => p.q !== 'ok').length },
  { id: 'calendar', word: 'tabCalendar', page: () => html`<av-calendar-board></av-calendar-board>`, count: () => all<Job>(t => t.startsWith('$schedule/')).filter(j => j.state === 'asked').length },
  { id: 'power', word: 'tabPower', page: () => html`<av-power-board></av-power-board>`, count: () => all<PowerRun>(t => t.startsWith('$power/')).filter(r => r.state === 'running').length },
  { id: 'record', word: 'tabRecord', page: () => html`<av-record-board></av-record-board>`, may: role => ['engineer', 'auditor', 'admin'].includes(role) },
  { id: 'people', word: 'tabPeople', page: () => html`<av-people-board></av-people-board>`, may: role => role === 'admin' },
  { id: 'findings', word: 'tabFindings', page: () => html`<av-findings-board></av-findings-board>` },
  { id: 'simulator', word: 'tabSimulator', page: () => html`<av-simulator-board></av-simulator-board>`, may: role => gateway.isSimulated && role !== 'auditor' },
];

/** The engineer's console: one page for each thing that an engineer comes for. What a role may not see is not offered. */
export class EngineerConsole extends Watching {
  static override properties = { role: { state: true } };

  declare role: string;
  #asked = '';
  #shown = '-';

  constructor() {
    super();
    this.role = '';
  }

  static override styles = [touch, desk, css`
    :host { display: grid; grid-template-columns: 212px minmax(0, 1fr); align-items: start; }
    nav { position: sticky; top: 0; display: grid; gap: 4px; padding: 14px 10px; max-height: 100vh; overflow-y: auto; }
    nav button { width: 100%; text-align: left; display: flex; gap: 10px; align-items: center; justify-content: space-between; border-color: transparent; background: transparent; white-space: nowrap; }
    nav button[aria-current] { background: var(--raised); border-color: var(--line); font-weight: 700; box-shadow: inset 4px 0 0 var(--warn); }
    .count { min-width: 30px; padding: 0 8px; border-radius: 999px; background: var(--bad); color: #2b0b09; font-weight: 700; text-align: center; font-size: 16px; line-height: 1.6; }
    .content { padding: 14px 18px 28px 8px; min-width: 0; }
    @media (max-width: 1100px) {
      :host { grid-template-columns: minmax(0, 1fr); }
      nav { position: static; grid-auto-flow: column; grid-auto-columns: max-content; overflow-x: auto; padding: 8px 10px; }
      nav button { width: auto; }
      nav button[aria-current] { box-shadow: inset 0 -4px 0 var(--warn); }
      .content { padding: 6px 12px 24px; }
    }
  `];

  override render() {
    this.#learn();
    const [, wanted = ''] = levels();
    const offered = tabs.filter(t => !t.may || t.may(this.role));
    const tab = offered.find(t => t.id === wanted) ?? offered[0]!;
    return html`
      <nav aria-label=${say('tabs')}>
        ${repeat(offered, t => t.id, t => {
          const count = t.count?.() ?? 0;
          return html`<button data-tab=${t.id} aria-current=${t === tab ? 'page' : nothing} @click=${() => go(`/console/${t.id}`)}><span>${say(t.word)}</span>${count > 0 ? html`<span class="count">${count}</span>` : nothing}</button>`;
        })}
      </nav>
      <div class="content" data-page=${tab.id}>${tab.page()}</div>`;
  }

  /** Where the pages stand in a row, the one that is shown is in sight. */
  override updated(): void {
    const [, tab = ''] = levels();
    if (tab === this.#shown) return;
    this.#shown = tab;
    const row = this.renderRoot.querySelector('nav');
    const here = row?.querySelector<HTMLElement>('[aria-current]');
    if (row && here) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }

  /** Which pages to offer is the gateway's to say: it knows the account. */
  #learn(): void {
    if (!gateway.isLive || this.#asked === gateway.user) return;
    this.#asked = gateway.user;
    void api<{ role: string }>('/api/me').then(me => { this.role = me.role; }, () => { this.#asked = ''; });
  }
}

customElements.define('av-engineer-console', EngineerConsole);
