import qrcode from 'qrcode-generator';
import { css, html, nothing, svg } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api, reasonOf } from '../api';
import type { Hearing } from '../contract';
import { gateway } from '../gateway';
import '../hold-button';
import { desk, touch } from '../styles';
import { moment, named, say, term } from '../texts';
import { addressOf } from '../token';
import { Watching } from '../watching';

interface Person { name: string; role: string; rooms: string[]; vendor?: string; until?: string; device?: string }
interface Given { user: Person; password: string }

const roles = ['panel', 'judge', 'clerk', 'engineer', 'scheduler', 'vendor', 'auditor', 'admin'];
const bound = new Set(['panel', 'judge', 'clerk']);

/** Users, and the tokens by which panels come in. A secret is shown once, here, and kept nowhere but as a hash. */
export class PeopleBoard extends Watching {
  static override properties = { people: { state: true }, given: { state: true }, failure: { state: true }, form: { state: true }, label: { state: true }, room: { state: true }, address: { state: true } };

  declare people: Person[] | undefined;
  declare given: Given | undefined;
  declare failure: string;
  declare form: { name: string; role: string; room: string; vendor: string };
  declare label: string;
  declare room: string;
  declare address: string;

  constructor() {
    super();
    this.failure = this.label = this.room = '';
    this.address = location.origin;
    this.form = { name: '', role: 'clerk', room: '', vendor: '' };
  }

  static override styles = [touch, desk, css`
    :host { display: grid; gap: 14px; }
    .given { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 14px 26px; align-items: center; border: 3px solid var(--warn); }
    .qr { width: 240px; height: 240px; background: #fff; border-radius: 10px; padding: 12px; }
    .secret { font-size: 24px; font-weight: 700; letter-spacing: .04em; overflow-wrap: anywhere; font-family: "DejaVu Sans Mono", monospace; }
    .wide input { min-width: 300px; }
    td .row { justify-content: flex-end; flex-wrap: nowrap; gap: 8px; }
    h2 { margin-top: 4px; }
    @media (max-width: 760px) { .given { grid-template-columns: minmax(0, 1fr); } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  override render() {
    const people = this.people ?? [];
    const rooms = [...gateway.topics].filter(([tail]) => tail.endsWith('/$hearing')).map(([tail, h]) => ({ id: tail.slice(0, -9), hearing: h as Hearing })).sort((a, b) => a.id.localeCompare(b.id));
    const roomName = (id: string): string => named(rooms.find(r => r.id === id)?.hearing.name, id);
    return html`
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${this.given ? this.#given(this.given, roomName) : nothing}
      <section aria-labelledby="panels"><h1 id="panels">${say('panels')}</h1><p class="soft">${say('panelsSay')}</p>
        ${people.some(p => p.device) ? html`<table><tbody>${repeat(people.filter(p => p.device), p => p.name, p => html`<tr data-token=${p.name}>
          <td><strong>${p.device}</strong><br><span class="id">${p.name}</span></td><td>${p.rooms.map(roomName).join('、')}</td>
          <td><div class="row"><av-hold-button small label=${say('revoke')} consequence=${say('confirmRevoke')} .act=${() => this.#remove(p.name)}></av-hold-button></div></td></tr>`)}</tbody></table>` : html`<p class="soft">${say('noPanels')}</p>`}
        ${this.#tokenForm(rooms)}</section>
      <section aria-labelledby="users"><h1 id="users">${say('users')}</h1>
        ${this.people === undefined ? html`<p class="soft">${say('loading')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="users"><table>
          <thead><tr><th>${say('name')}</th><th>${say('role')}</th><th>${say('room')}</th><th>${say('until')}</th><th></th></tr></thead>
          <tbody>${repeat(people.filter(p => !p.device), p => p.name, p => this.#person(p, rooms, roomName))}</tbody></table></div>`}
        <h2>${say('addUser')}</h2>${this.#userForm(rooms)}</section>`;
  }

  #person(person: Person, rooms: { id: string }[], roomName: (id: string) => string) {
    const isOwn = person.name === gateway.user;
    const become = (change: Partial<Person>): void => void reasonOf(async () => { await api(`/api/users/${person.name}`, 'PATCH', change); await this.#read(); }).then(why => { this.failure = why; void this.#read(); });
    return html`<tr data-user=${person.name}><td><strong>${person.name}</strong></td>
      <td>${isOwn || person.role === 'vendor' ? term('role', person.role) : html`<select aria-label=${`${say('role')} ${person.name}`} @change=${(e: Event) => { const role = (e.target as HTMLSelectElement).value; become({ role, rooms: bound.has(role) ? person.rooms.length > 0 ? person.rooms : [rooms[0]!.id] : [] }); }}>
        ${roles.filter(r => r !== 'vendor').map(r => html`<option value=${r} ?selected=${r === person.role}>${term('role', r)}</option>`)}</select>`}</td>
      <td>${person.vendor ?? person.rooms.map(roomName).join('、')}</td><td class="n">${moment(person.until)}</td>
      <td><div class="row"><av-hold-button small label=${say('newPassword')} consequence=${say('confirmNewPassword')} .act=${() => this.#newPassword(person.name)}></av-hold-button>
        <av-hold-button small label=${say('remove')} ?off=${isOwn} consequence=${say('confirmRemoveUser')} .act=${() => this.#remove(person.name)}></av-hold-button></div></td></tr>`;
  }

  #given({ user, password }: Given, roomName: (id: string) => string) {
    const room = user.rooms[0] ?? '';
    const address = user.device ? addressOf(this.address, room, user.name, password) : '';
    return html`
      <section class="given" role="status" data-given=${user.name}>
        ${address ? html`<div class="qr">${picture(address)}</div>` : nothing}
        <div class="stack">
          <h1>${user.device ? `${user.device} · ${roomName(room)}` : user.name}</h1>
          <p class="warn">▲ ${say('shownOnce')}</p>
          ${address ? html`<p>${say('scan')}</p><p class="id">${address}</p>` : html`<p class="secret">${password}</p>`}
          <div class="row"><button @click=${() => void navigator.clipboard?.writeText(address || password)}>${say('copy')}</button><button data-close @click=${() => { this.given = undefined; }}>${say('close')}</button></div>
        </div>
      </section>`;
  }

  #tokenForm(rooms: { id: string; hearing: Hearing }[]) {
    const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(this.address);
    const isAddress = /^https?:\/\/[^/\s?#]+\/?$/.test(this.address);
    const room = this.room || rooms[0]?.id || '';
    return html`
      <div class="form wide">
        <label>${say('room')}<select data-token-room @change=${(e: Event) => { this.room = (e.target as HTMLSelectElement).value; }}>${rooms.map(r => html`<option value=${r.id} ?selected=${r.id === room}>${named(r.hearing.name, r.id)}</option>`)}</select></label>
        <label>${say('label')}<input data-token-label maxlength="60" .value=${this.label} @input=${(e: Event) => { this.label = (e.target as HTMLInputElement).value; }}></label>
        <label>${say('address')}<input .value=${this.address} @input=${(e: Event) => { this.address = (e.target as HTMLInputElement).value.trim(); }}></label>
        <av-hold-button small data-token-make label=${say('newToken')} ?off=${this.label.trim() === '' || !isAddress} .act=${() => this.#add({ role: 'panel', rooms: [room], device: this.label.trim() })}></av-hold-button>
      </div>
      ${isLocal ? html`<p class="warn">▲ ${say('addressLocal')}</p>` : this.address.startsWith('http://') ? html`<p class="warn">▲ ${say('addressPlain')}</p>` : nothing}`;
  }

  #userForm(rooms: { id: string; hearing: Hearing }[]) {
    const set = (name: 'name' | 'role' | 'room' | 'vendor') => (e: Event): void => { this.form = { ...this.form, [name]: (e.target as HTMLInputElement).value }; };
    const { name, role, vendor } = this.form;
    const room = this.form.room || rooms[0]?.id || '';
    return html`<div class="form">
      <label>${say('name')}<input data-user-name maxlength="40" autocapitalize="none" .value=${name} @input=${set('name')}></label>
      <label>${say('role')}<select data-user-role @change=${set('role')}>${roles.map(r => html`<option value=${r} ?selected=${r === role}>${term('role', r)}</option>`)}</select></label>
      ${bound.has(role) ? html`<label>${say('room')}<select @change=${set('room')}>${rooms.map(r => html`<option value=${r.id} ?selected=${r.id === room}>${named(r.hearing.name, r.id)}</option>`)}</select></label>` : nothing}
      ${role === 'vendor' ? html`<label>${say('vendor')}<input .value=${vendor} @input=${set('vendor')}></label>` : nothing}
      <av-hold-button small data-user-add label=${say('addUser')} ?off=${!/^[a-z0-9-]{1,40}$/.test(name)}
        .act=${() => this.#add({ name, role, rooms: bound.has(role) ? [room] : [], ...(role === 'vendor' ? { vendor } : {}) })}></av-hold-button>
    </div>`;
  }

  #add(form: Record<string, unknown>): Promise<string> {
    return reasonOf(async () => {
      this.given = await api<Given>('/api/users', 'POST', form);
      this.label = '';
      this.form = { ...this.form, name: '' };
      await this.#read();
    });
  }

  #newPassword(name: string): Promise<string> {
    return reasonOf(async () => { this.given = await api<Given>(`/api/users/${name}/password`, 'POST'); });
  }

  #remove(name: string): Promise<string> {
    return reasonOf(async () => {
      await api(`/api/users/${name}`, 'DELETE');
      if (this.given?.user.name === name) this.given = undefined;
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    const why = await reasonOf(async () => { this.people = (await api<{ users: Person[] }>('/api/users')).users; });
    if (why) this.failure = why;
  }
}

/** Drawn here, so that the secret goes nowhere to be made a picture of. */
function picture(text: string) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let path = '';
  for (let row = 0; row < size; row++) for (let column = 0; column < size; column++) if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1z`;
  return html`<svg viewBox="-2 -2 ${size + 4} ${size + 4}" role="img" aria-label=${say('scan')} shape-rendering="crispEdges">${svg`<path d=${path} fill="#000"></path>`}</svg>`;
}

customElements.define('av-people-board', PeopleBoard);
