import { css, html } from 'lit';
import type { Description, DeviceState, Hearing } from './contract';
import { phaseOf, stateOf } from './court-panel';
import './device-page';
import './fault-board';
import { gateway } from './gateway';
import './inspection-board';
import './probe-board';
import { touch } from './styles';
import { named, say } from './texts';
import { Watching } from './watching';

/** The engineer's console: the site as a tree, the faults, one device, the probes and the inspections. */
export class EngineerConsole extends Watching {
  static override properties = { device: { state: true } };

  declare device: string;

  constructor() {
    super();
    this.device = '';
  }

  static override styles = [touch, css`
    :host { display: grid; grid-template-columns: minmax(260px, 1fr) minmax(0, 3fr); gap: 14px; padding: 14px; align-items: start; }
    nav button { width: 100%; text-align: left; margin-bottom: 8px; display: flex; justify-content: space-between; gap: 12px; align-items: center; }
    nav button[aria-current='true'] { border-color: var(--warn); }
    nav h2 { margin-top: 12px; }
    .right { display: grid; gap: 14px; }
    @media (max-width: 900px) { :host { grid-template-columns: 1fr; } }
  `];

  override render() {
    const devices = [...gateway.topics].filter(([tail]) => tail.endsWith('/$desc')).map(([tail, d]) => ({ id: tail.slice(0, -6), description: d as Description }));
    const rooms = [...new Set(devices.map(d => d.id.split('/')[0]!))].sort();
    return html`
      <nav aria-label=${say('rooms')}>
        ${rooms.map(room => {
          const hearing = gateway.get<Hearing>(`${room}/$hearing`);
          return html`<h2>${named(hearing?.name, room)} · ${phaseOf(hearing)}</h2>
            ${devices.filter(d => d.id.startsWith(`${room}/`)).sort((a, b) => a.id.localeCompare(b.id)).map(d => html`
              <button data-device=${d.id} aria-current=${d.id === this.device} @click=${() => { this.device = d.id; }}><span>${named(d.description.name, d.id)}</span>${stateOf(gateway.get<DeviceState>(`${d.id}/$state`))}</button>`)}`;
        })}
      </nav>
      <div class="right"><av-fault-board></av-fault-board><av-device-page device=${this.device}></av-device-page><av-probe-board></av-probe-board><av-inspection-board></av-inspection-board></div>`;
  }
}

customElements.define('av-engineer-console', EngineerConsole);
