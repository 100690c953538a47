import { html, nothing, svg } from 'lit';
import type { FaultClock } from '../contract';
import { moment, say, span, term } from '../texts';

/** One clock of the contract: how far it has run, when it ends, and where its reminders stand. */
export function clockLine(clock: FaultClock, title = '') {
  const now = Date.now();
  const [from, due] = [Date.parse(clock.from), clock.due ? Date.parse(clock.due) : undefined];
  const end = clock.endedAt ? Date.parse(clock.endedAt) : now;
  const percent = due === undefined ? 0 : Math.max(0, Math.min(100, (end - from) / Math.max(1, due - from) * 100));
  const isOver = clock.state === 'missed' || (clock.state === 'running' && due !== undefined && now > due);

  // A clock of office hours stands still at night: only what runs always can be told by the length of a line.
  const isEven = clock.hours !== '5x8';
  const tone = clock.state === 'met' ? 'live' : isOver ? 'bad' : clock.state === 'paused' ? 'soft' : isEven && percent >= 80 ? 'warn' : 'live';
  const rest = clock.state === 'running' && due !== undefined ? `${now > due ? say('over') : say('left')} ${span(Math.abs(due - now) / 1000)}` : term('clockState', clock.state);
  const sign = isOver ? '■' : clock.state === 'met' ? '✓' : clock.state === 'paused' ? '‖' : '●';
  return html`
    <div class="clock" data-clock=${clock.clock} data-state=${clock.state} style="display:grid;grid-template-columns:minmax(130px,1.3fr) minmax(120px,2fr) minmax(150px,1.2fr);gap:4px 16px;align-items:center;padding:8px 0;border-bottom:1px solid var(--line)">
      <span>${title}<strong>${term('clock', clock.clock)}</strong> <span class="soft">${span(clock.limitMinutes * 60).replace(/:00$/, '')} ${term('hours', clock.hours)}</span></span>
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" style="width:100%;height:14px;display:block" role="img" aria-label=${`${Math.round(percent)} %`}>
        <rect width="100" height="12" style="fill:var(--ground)"></rect><rect width=${percent} height="12" style=${`fill:var(--${tone === 'soft' ? 'line' : tone})`}></rect>
        ${isEven ? svg`<path d="M50 0V12M80 0V12M99.6 0V12" style="stroke:var(--ink);stroke-width:.8" vector-effect="non-scaling-stroke"></path>` : nothing}</svg>
      <span class=${tone}>${sign} ${rest}${clock.due ? html`<br><span class="soft">${say('due')} ${moment(clock.due)}</span>` : ''}</span>
    </div>`;
}
