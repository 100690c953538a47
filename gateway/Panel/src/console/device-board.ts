import { css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Description, DeviceState, Hearing } from '../contract';
import { phaseOf, stateOf } from '../court-panel';
import { gateway } from '../gateway';
import { go, levels } from '../route';
import { desk, touch } from '../styles';
import { named, say } from '../texts';
import { Watching } from '../watching';
import './device-page';

/** The site as a tree of rooms and devices, and the device that was chosen. */
export class DeviceBoard extends Watching {
  static override styles = [touch, desk, css`
    :host { display: grid; grid-template-columns: minmax(240px, 300px) minmax(0, 1fr); gap: 14px; align-items: start; }
    .tree { position: sticky; top: 14px; max-height: calc(100vh - 28px); overflow-y: auto; padding: 12px 10px; }
    .tree h2 { margin: 14px 8px 6px; display: flex; justify-content: space-between; gap: 8px; }
    .tree h2:first-child { margin-top: 2px; }
    .tree button { width: 100%; text-align: left; display: flex; justify-content: space-between; gap: 10px; align-items: center; border-color: transparent; background: transparent; }
    .tree button[aria-current='true'] { border-color: var(--warn); background: var(--ground); }
    .tree button > span:first-child { overflow: hidden; text-overflow: ellipsis; }
    .st { white-space: nowrap; }
    @media (max-width: 760px) { :host { grid-template-columns: minmax(0, 1fr); } .tree { position: static; max-height: 260px; } }
  `];

  override render() {
    const [, , room = '', device = ''] = levels();
    const chosen = room && device ? `${room}/${device}` : '';
    const devices = [...gateway.topics].filter(([tail]) => tail.endsWith('/$desc')).map(([tail, d]) => ({ id: tail.slice(0, -6), description: d as Description }));
    const rooms = [...new Set(devices.map(d => d.id.split('/')[0]!))].sort();
    return html`
      <section class="tree" aria-label=${say('rooms')} tabindex="0" role="region">
        ${repeat(rooms, r => r, r => {
          const hearing = gateway.get<Hearing>(`${r}/$hearing`);
          return html`<h2><span>${named(hearing?.name, r)}</span><span class="soft">${phaseOf(hearing)}</span></h2>
            ${repeat(devices.filter(d => d.id.startsWith(`${r}/`)).sort((a, b) => a.id.localeCompare(b.id)), d => d.id, d => html`
              <button data-device=${d.id} aria-current=${d.id === chosen} @click=${() => go(`/console/devices/${d.id}`)}><span>${named(d.description.name, d.id)}</span><span class="st">${stateOf(gateway.get<DeviceState>(`${d.id}/$state`))}</span></button>`)}`;
        })}
      </section>
      ${repeat([chosen], c => c, c => html`<av-device-page device=${c}></av-device-page>`)}`;
  }
}

customElements.define('av-device-board', DeviceBoard);
