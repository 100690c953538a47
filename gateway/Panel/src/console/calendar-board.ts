import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../api';
import type { Job, Names } from '../contract';
import { gateway } from '../gateway';
import '../hold-button';
import { desk, touch } from '../styles';
import { language, moment, named, say, term } from '../texts';
import { Watching } from '../watching';

interface Due { job: string; name: Names; act: string; at: string; why: Names; rooms: string[] }
interface Day { date: string; kind: string; off: boolean; why: Names; jobs: Due[] }
interface Month { month: string; today: string; days: Day[] }

const week = [1, 2, 3, 4, 5, 6, 0];

/** A month of the court: what each day is and why, and what is due on it. Below it the jobs, with what each does next. */
export class CalendarBoard extends Watching {
  static override properties = { month: { state: true }, failure: { state: true } };

  declare month: Month | undefined;
  declare failure: string;

  constructor() {
    super();
    this.failure = '';
  }

  static override styles = [touch, desk, css`
    :host { display: grid; gap: 14px; }
    .title { display: flex; gap: 10px; align-items: center; flex-wrap: wrap; margin-bottom: 12px; }
    .title h1 { min-width: 190px; text-align: center; font-variant-numeric: tabular-nums; }
    .grid { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 6px; }
    .wd { text-align: center; color: var(--soft); font-size: 16px; padding: 2px; }
    .day { background: var(--ground); border: 2px solid transparent; border-radius: 10px; padding: 6px 8px; min-height: 96px; font-size: 16px; line-height: 1.35; overflow: hidden; }
    .day[data-off] { background: #23202f; }
    .day[data-kind='make-up-workday'], .day[data-kind='possible-workday'], .day[data-kind='site-workday'] { background: #2a2717; }
    .day[data-today] { border-color: var(--warn); }
    .day .no { font-size: 20px; font-weight: 700; font-variant-numeric: tabular-nums; display: flex; justify-content: space-between; align-items: baseline; gap: 6px; }
    .day .no span { font-size: 15px; font-weight: 600; }
    .why { color: var(--soft); font-size: 15px; display: block; overflow-wrap: anywhere; }
    .due { display: block; border-left: 4px solid var(--act); padding-left: 6px; margin-top: 4px; font-size: 15px; }
    .due[data-act='power-off'] { border-color: var(--bad); }
    .due[data-act='power-on'] { border-color: var(--live); }
    .job { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 8px 14px; padding: 10px 0; border-bottom: 1px solid var(--line); align-items: center; }
    .job:last-child { border-bottom: 0; }
    @media (max-width: 820px) { .grid { grid-template-columns: minmax(0, 1fr); } .wd, .day[data-blank] { display: none; } .day { min-height: 0; } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read('');
  }

  override render() {
    const month = this.month;
    return html`
      <section aria-labelledby="month">
        <div class="title">
          <button data-move="-1" @click=${() => this.#move(-1)}>‹ ${say('earlier')}</button><h1 id="month">${month ? this.#name(month.month) : say('loading')}</h1>
          <button data-move="1" @click=${() => this.#move(1)}>${say('later')} ›</button><button @click=${() => void this.#read('')}>${say('today')}</button></div>
        ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
        ${month ? html`<div class="grid">${week.map(d => html`<div class="wd">${term('weekday', String(d))}</div>`)}${this.#blank(month)}${month.days.map(d => this.#day(d, month.today))}</div>` : nothing}
      </section>
      <section aria-labelledby="jobs"><h2 id="jobs">${say('jobs')}</h2>${this.#jobs()}</section>`;
  }

  #day(day: Day, today: string) {
    return html`
      <div class="day" data-date=${day.date} data-kind=${day.kind} ?data-off=${day.off} ?data-today=${day.date === today}>
        <div class="no">${Number(day.date.slice(8))}<span class=${day.off ? 'bad' : 'live'}>${day.off ? `○ ${say('dayOff')}` : `● ${say('dayOn')}`}</span></div>
        <span class="why">${named(day.why, day.kind)}</span>
        ${day.jobs.map(j => html`<span class="due" data-act=${j.act} title=${named(j.why, '')}>${moment(j.at).slice(-8, -3)} ${named(j.name, j.job)}</span>`)}
      </div>`;
  }

  #blank(month: Month) {
    const before = (new Date(`${month.month}-01T00:00:00Z`).getUTCDay() + 6) % 7;
    return Array.from({ length: before }, () => html`<div class="day" data-blank></div>`);
  }

  #jobs() {
    const jobs = [...gateway.topics].filter(([tail]) => tail.startsWith('$schedule/')).map(([tail, j]) => ({ id: tail.slice(10), job: j as Job }));
    if (jobs.length === 0) return html`<p class="soft">${say('noJobs')}</p>`;
    return repeat(jobs, j => j.id, ({ id, job }) => html`
      <div class="job" data-job=${id}>
        <div><p><strong>${named(job.name, id)}</strong> <span class="tag ${job.state === 'asked' || job.state === 'deferred' ? 'warn' : 'soft'}">${term('job', job.state)}</span> · ${term('act', job.act)} · ${named(job.rule, '')}</p>
          ${job.next ? html`<p>${say('nextRun')}: ${moment(job.next.at)} — ${named(job.next.why, '')} · ${named(job.next.day.why, job.next.day.kind)}</p>` : nothing}
          ${job.guard.map(g => html`<p class="warn">▲ ${g.room}: ${named(g.why, g.code)}</p>`)}
          ${job.last ? html`<p class="soft">${say('lastRun')}: ${moment(job.last.at)} — ${named(job.last.says, job.last.state)} · ${job.last.by}</p>` : nothing}</div>
        <div class="row"><av-hold-button small label=${say('runNow')} consequence=${say('confirmRunJob')} target=${`$schedule/${id}/do/run`}></av-hold-button>
          <av-hold-button small label=${say('skipNext')} consequence=${say('confirmSkipJob')} target=${`$schedule/${id}/do/skip`}></av-hold-button></div>
      </div>`);
  }

  #name(month: string): string {
    const [year, number] = month.split('-').map(Number);
    return language.now === 'zh' ? `${year} 年 ${number} 月` : new Date(Date.UTC(year!, number! - 1, 1)).toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  }

  #move(by: number): void {
    const [year, number] = (this.month?.month ?? '').split('-').map(Number);
    if (!year || !number) return;
    void this.#read(new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7));
  }

  async #read(month: string): Promise<void> {
    try {
      this.month = await api<Month>(`/api/calendar${month ? `?month=${month}` : ''}`);
      this.failure = '';
    } catch (failed) {
      this.failure = failed instanceof Error ? failed.message : '';
    }
  }
}

customElements.define('av-calendar-board', CalendarBoard);
