import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Answer } from './contract';

export type Link = 'idle' | 'opening' | 'catching-up' | 'live' | 'lost' | 'refused';

interface Site { root: string; site: string; simulated: boolean }
interface Waiting { told: (answer: Answer) => void; end: (answer: Answer | undefined) => void; timer: number }

/** A broken line must be seen within three seconds: the broker answers each ping, and nothing else may be silent for longer than this. */
const lookEvery = 250;
const pingEvery = 1_000;
const silentAfter = 2_500;

/** What the broker is told, in seconds: it takes half as much again for dead. A slow tablet that stands still for a moment is not. */
const keepAlive = 10;
const retryEvery = 1_500;
const openWithin = 5_000;
const answerWithin = 330_000;
const requestExpiry = 15;

/** A panel whose token is refused may only be locked out for a while, and nobody stands there to sign it in again. */
const deviceRetryEvery = 30_000;

/**
 * The panel's one connection. It holds what the gateway last said of every topic that this user may see, and says when that is no longer
 * so. A request goes out only while the line is live: nothing is queued and nothing is sent again, since a button that was pressed before an outage is not meant after it.
 */
export class Gateway extends EventTarget {
  link: Link = 'idle';
  user = '';
  seenAt = 0;

  /** Signed in by the token of a panel, not by a person. */
  isDevice = false;

  /** How often the gateway could not be reached since it was last. */
  misses = 0;

  /** What this page shows, below the site's branch. */
  filters: readonly string[] = ['+/#'];
  readonly topics = new Map<string, unknown>();

  #site: Site | undefined;
  #client: MqttClient | undefined;
  #password = '';
  #fresh = new Map<string, unknown>();
  #silent = 0;
  #watch = 0;
  #retry = 0;
  #told = false;
  #closing = 1;
  #turn = 0;
  readonly #waiting = new Map<string, Waiting>();

  get base(): string {
    return `${this.#site?.root}/1/${this.#site?.site}/`;
  }

  get<T>(tail: string): T | undefined {
    return this.topics.get(tail) as T | undefined;
  }

  /** True while the gateway itself says that it is there: the line to the broker may outlive it. */
  get isGatewayThere(): boolean {
    for (const [tail, value] of this.topics) {
      if (tail.startsWith('$gw/') && tail.endsWith('/state')) return ['ready', 'init'].includes((value as { state: string }).state);
    }

    return false;
  }

  get isLive(): boolean {
    return this.link === 'live' && this.isGatewayThere;
  }

  /** What the same user says over HTTP. */
  get authorization(): string {
    return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${this.user}:${this.#password}`)))}`;
  }

  get isSimulated(): boolean {
    return this.#site?.simulated === true;
  }

  async signIn(user: string, password: string, isDevice = false): Promise<void> {
    this.signOut();
    this.user = user;
    this.isDevice = isDevice;
    this.#password = password;
    await this.#open();
  }

  signOut(): void {
    window.clearTimeout(this.#retry);
    this.#drop();
    this.#password = '';
    this.topics.clear();
    this.#become('idle');
  }

  /** Another page wants to be told of other things: a new connection, a new snapshot. */
  lookElsewhere(): void {
    if (!this.#password) return;
    this.#drop();
    this.#told = false;
    this.topics.clear();
    void this.#open();
  }

  /** Asks for something; the answers come one by one, the last one is returned. Undefined: nobody knows what became of it. */
  ask(target: string, args: Record<string, unknown>, told: (answer: Answer) => void = () => {}): Promise<Answer | undefined> {
    const client = this.#client;
    if (!this.isLive || !client) return Promise.resolve(undefined);
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    return new Promise(end => {
      const timer = window.setTimeout(() => this.#end(id, undefined), answerWithin);
      this.#waiting.set(id, { told, end, timer });
      client.publish(`${this.base}$req/${this.user}/${target}`, JSON.stringify({ args }), {
        qos: 1,
        properties: {
          responseTopic: `${this.base}$rsp/${this.user}/${id}`,
          correlationData: bytes as never,
          messageExpiryInterval: requestExpiry,
        },
      });
    });
  }

  async #open(): Promise<void> {
    this.#become(this.#told ? 'lost' : 'opening');

    // Who signs out or goes elsewhere meanwhile is not to be signed in again by what was under way.
    const turn = ++this.#turn;
    try {
      const answer = await fetch('/panel/site.json', { signal: AbortSignal.timeout(openWithin), cache: 'no-store' });
      if (!answer.ok) throw new Error(String(answer.status));
      const site = await answer.json() as Site;
      if (turn !== this.#turn) return;
      this.#site = site;
      this.misses = 0;
    } catch {
      if (turn !== this.#turn) return;
      this.misses++;
      this.dispatchEvent(new Event('link'));
      this.#again();
      return;
    }

    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const client = mqtt.connect(`${scheme}://${location.host}/mqtt`, {
      protocolVersion: 5,
      clean: true,
      clientId: `${this.user}.${Math.random().toString(36).slice(2, 10)}`,
      username: this.user,
      password: this.#password,
      keepalive: keepAlive,
      reconnectPeriod: 0,
      connectTimeout: openWithin,
      queueQoSZero: false,
      resubscribe: false,
      timerVariant: 'native',
    });
    this.#client = client;
    this.#fresh = new Map();
    client.on('packetreceive', () => { this.#silent = 0; });
    client.on('connect', () => this.#subscribe(client));
    client.on('message', (topic, payload) => this.#receive(topic, payload));
    client.on('error', error => {
      // 0x86 bad user name or password, 0x87 not authorised, 0x8a banned: trying again would only lock the account.
      const code = (error as { code?: number }).code;
      if (code === 0x86 || code === 0x87 || code === 0x8a) this.#refuse(client);
    });
    client.on('close', () => { if (this.#client === client) this.#again(); });
  }

  /**
   * The gateway's own state is asked for last. A broker answers in order, so with it the snapshot is whole; a page that asked for everything has
   * it twice by then.
   */
  async #subscribe(client: MqttClient): Promise<void> {
    this.#become(this.#told ? 'lost' : 'catching-up');
    this.#watchOver(client);
    this.#closing = this.filters.includes('+/#') ? 2 : 1;
    for (const filter of [`$rsp/${this.user}/#`, ...this.filters, '$gw/+/state']) {
      // What is not this role's to read is refused, and the page does without it.
      await client.subscribeAsync(this.base + filter, { qos: 1 }).catch(() => {});
    }
  }

  /** A page that stood still itself has not listened: only the time in which it was awake counts as silence. */
  #watchOver(client: MqttClient): void {
    window.clearInterval(this.#watch);
    this.#silent = 0;
    let [looked, pinged] = [performance.now(), 0];
    this.#watch = window.setInterval(() => {
      if (this.#client !== client) return;
      const now = performance.now();
      this.#silent += Math.min(now - looked, 2 * lookEvery);
      looked = now;
      if (this.#silent > silentAfter) {
        this.#again();
      } else if (now - pinged >= pingEvery) {
        pinged = now;
        client.sendPing();
      }
    }, lookEvery);
  }

  #receive(topic: string, payload: Uint8Array): void {
    if (!topic.startsWith(this.base)) return;
    const tail = topic.slice(this.base.length);
    const text = new TextDecoder().decode(payload);
    if (tail.startsWith('$rsp/')) {
      this.#answer(JSON.parse(text) as Answer);
      return;
    }

    const isCatchingUp = this.link !== 'live';
    const into = isCatchingUp ? this.#fresh : this.topics;
    if (text.length === 0) into.delete(tail);
    else into.set(tail, JSON.parse(text));
    if (isCatchingUp) {
      if (tail.startsWith('$gw/') && tail.endsWith('/state') && --this.#closing === 0) this.#caughtUp();
      return;
    }

    this.seenAt = Date.now();
    this.dispatchEvent(new CustomEvent('told', { detail: tail }));
  }

  #caughtUp(): void {
    this.topics.clear();
    for (const [tail, value] of this.#fresh) this.topics.set(tail, value);
    this.#fresh.clear();
    this.seenAt = Date.now();
    this.#told = true;
    this.#become('live');
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    waiting?.told(answer);
    if (waiting && answer.final) this.#end(answer.id, answer);
  }

  #end(id: string, answer: Answer | undefined): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    window.clearTimeout(waiting.timer);
    waiting.end(answer);
  }

  #again(): void {
    this.#drop();
    this.#become(this.#told ? 'lost' : 'opening');
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => void this.#open(), retryEvery);
  }

  #refuse(client: MqttClient): void {
    if (this.#client !== client) return;
    this.#drop();
    this.#told = false;
    this.topics.clear();
    if (this.isDevice) this.#retry = window.setTimeout(() => void this.#open(), deviceRetryEvery);
    this.#become('refused');
  }

  #drop(): void {
    this.#turn++;
    window.clearInterval(this.#watch);
    const client = this.#client;
    this.#client = undefined;
    client?.end(true);
    for (const id of [...this.#waiting.keys()]) this.#end(id, undefined);
  }

  #become(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.dispatchEvent(new Event('link'));
  }
}

export const gateway = new Gateway();
