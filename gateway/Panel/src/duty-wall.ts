import { css, html, nothing } from 'lit';
import type { DeviceState, Fault, Hearing, Probe } from './contract';
import { phaseOf } from './court-panel';
import { gateway } from './gateway';
import './recording-sign';
import { touch } from './styles';
import { moment, named, say } from './texts';
import { Watching } from './watching';

/** All rooms at a glance, readable from across a room: gravest first. */
export class DutyWall extends Watching {
  static override styles = [touch, css`
    :host { padding: 18px; display: grid; gap: 18px; }
    .rooms { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 18px; }
    section { display: grid; gap: 10px; border: 4px solid var(--line); }
    section[data-session] { border-color: var(--live); }
    section[data-grave] { border-color: var(--bad); }
    h1 { font-size: 40px; }
    .phase { font-size: 30px; font-weight: 700; }
    .count { font-size: 24px; }
    li { font-size: 26px; margin-bottom: 8px; }
    ul { margin: 0; padding-left: 28px; }
  `];

  override render() {
    const faults = [...gateway.topics].filter(([tail]) => tail.startsWith('$fault/')).map(([, f]) => f as Fault).sort((a, b) => a.severity.localeCompare(b.severity) || a.id.localeCompare(b.id));
    const rooms = [...gateway.topics].filter(([tail]) => tail.endsWith('/$hearing')).map(([tail, h]) => ({ id: tail.slice(0, -9), hearing: h as Hearing }));
    const rank = (room: { id: string; hearing: Hearing }): number => (faults.some(f => f.room === room.id && f.severity === 'P1') ? 0 : 2) + (room.hearing.phase === 'in-session' ? 0 : 1);
    return html`
      <div class="rooms">
        ${rooms.length === 0 ? html`<p class="soft">${say('noRooms')}</p>` : rooms.sort((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id)).map(({ id, hearing }) => this.#room(id, hearing, faults.filter(f => f.room === id)))}
      </div>
      <section aria-labelledby="faults"><h2 id="faults">${say('faults')}</h2>
        ${faults.length === 0 ? html`<p class="live count">✓ ${say('noFaults')}</p>` : html`<ul>${faults.map(f => html`<li><strong class=${f.severity === 'P1' ? 'bad' : 'warn'}>${f.severity}</strong> ${f.subject} — ${named(f.title, f.code)}${f.times > 1 ? ` ×${f.times}` : ''}</li>`)}</ul>`}
      </section>
      ${this.#lines()}`;
  }

  /** The hearing that is near, and whether the room was seen to be ready for it. */
  #next(room: string) {
    const readiness = gateway.get<{ state: string; hearingAt: string }>(`${room}/$readiness`);
    if (!readiness) return nothing;
    const isReady = readiness.state === 'ready';
    return html`<span class="count ${isReady ? 'live' : 'bad'}">${isReady ? '✓' : '■'} ${say('nextHearing')} ${moment(readiness.hearingAt).slice(-8, -3)} · ${say(isReady ? 'ready' : 'notReady')}</span>`;
  }

  /** What is looked at beside the rooms: the lines between courts, servers, the house. */
  #lines() {
    const probes = [...gateway.topics].filter(([tail]) => tail.startsWith('$probe/')).map(([, p]) => p as Probe).sort((a, b) => Number(a.q === 'ok') - Number(b.q === 'ok') || a.id.localeCompare(b.id));
    if (probes.length === 0) return nothing;
    return html`<section aria-labelledby="lines"><h2 id="lines">${say('lines')}</h2><ul>${probes.map(p => html`<li class=${p.q === 'ok' ? 'live' : p.q === 'alarm' ? 'bad' : 'warn'}>${p.q === 'ok' ? '●' : p.q === 'alarm' ? '■' : '▲'} ${named(p.name, p.id)}</li>`)}</ul></section>`;
  }

  #room(id: string, hearing: Hearing, faults: Fault[]) {
    const states = [...gateway.topics].filter(([tail]) => tail.startsWith(`${id}/`) && tail.endsWith('/$state')).map(([, s]) => s as DeviceState);
    const away = states.filter(s => s.state !== 'online').length;
    return html`
      <section ?data-grave=${hearing.recording === 'not-recorded' || faults.some(f => f.severity === 'P1')} ?data-session=${hearing.phase === 'in-session'}>
        <h1>${named(hearing.name, id)}</h1>
        <span class="phase">${phaseOf(hearing)}</span>
        <av-recording-sign room=${id}></av-recording-sign>
        ${this.#next(id)}
        <span class="count ${away > 0 ? 'bad' : 'live'}">${away > 0 ? '✕' : '✓'} ${say('devices')} ${states.length - away}/${states.length}</span>
      </section>`;
  }
}

customElements.define('av-duty-wall', DutyWall);
