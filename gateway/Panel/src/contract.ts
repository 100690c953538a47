/** Payloads of the gateway's topics as far as the panel reads them (gateway/docs/mqtt.md). */
export interface Names { zh: string; en: string }
export interface Reading { v: string | number | boolean | null; ts: string; q: 'good' | 'stale' | 'assumed' | 'unknown'; src: string; seq: number }
export interface DeviceState { state: string; reason: string; mode: string; since: string }
export interface Recorder { device: string; role: string; state: string; faults: string[] }
export interface Hearing {
  phase: string; stage: string; recording: string; since: string; public: boolean; recorders: Recorder[];
  name: Names; scenes: string[]; wished?: string; notConfirmed?: boolean; stored?: boolean; forgotten?: boolean; offer?: string;
}
export interface Step { name: string; state?: string; verb?: string; reason?: string }
export interface Run { id: string; state: string; failedAt?: string; steps: Step[] }
export interface Scene { state: string; name: Names; since: string; confirm: boolean; last?: Run }
export interface Argument { type: string; title?: string; 'x-title-zh'?: string; minimum?: number; maximum?: number; enum?: string[]; 'x-words'?: Record<string, Names> }
export interface Verb { name: string; title: Names; disturbing: boolean; schema: { properties: Record<string, Argument>; required?: string[] } }
export interface Property { name: string; type: string; unit?: string; title: Names; settable: boolean; words?: Record<string, Names>; first?: number; count?: number; number?: number }
export interface Description { class: string; driver: string; name: Names; modeTitles?: Record<string, Names>; properties: Property[]; verbs: Verb[] }
export interface FaultLine { n: number; at: string; by: string; what: string; text?: string; textZh?: string }
export interface FaultClock { clock: string; hours: string; limitMinutes: number; from: string; due?: string; endedAt?: string; state: string }
export interface Fault {
  id: string; code: string; severity: string; step: string; title: Names; subject: string; room?: string; present: boolean; times: number;
  since: string; causedBy?: string; affected?: string[]; owner?: string; detail?: string; detailZh?: string; flapping?: boolean; party?: string; clocks: FaultClock[]; pause?: { reason: string; since: string }; timeLine: FaultLine[];
}
export interface ProbeValue { v: number; unit?: string; q: string }
export interface Probe {
  id: string; kind: string; name: Names; subject: string; target?: string; q: string; since: string; faults: string[];
  at?: string; text?: string; textZh?: string; remedy?: string; remedyZh?: string; log?: string[]; values?: Record<string, ProbeValue>;
}
/** Of each run: when (ms), quality, the first measure, and how long it took (ms). */
export interface ProbeHistory { points: [at: number, q: string, value: number | null, took: number][] }
export interface InspectionRow { device: string; room: string; name: Names; state: string; reason: string; says: Names; detail?: string; detailZh?: string; fault?: string }
export interface ManualRow { row: string; room?: string; title: Names; result: string; by?: string }
export interface Inspection {
  id: string; profile: string; name: Names; state: string; by: string; startedAt: string; rooms: { room: string; name: Names }[];
  counts: Record<string, number>; findings: number; complete: boolean; manual: ManualRow[]; signedBy?: string;
}
export interface Answer { id: string; phase: string; final: boolean; stat: number; code: string; title: string; titleZh?: string; fault?: string; run?: Run; plan?: { steps: Step[]; rooms?: { room: string; why?: string }[] }; history?: ProbeHistory }
export interface Silence { by: string; reason: string; from: string; until: string; fault?: string; subject?: string; code?: string }
export interface Notices {
  waiting: number; lanes: { channel: string; waiting: number; tries: number; said?: string }[];
  dead: { key: string; channel: string; at: string; tries: number; said?: string; faults: number }[];
}
export interface Guard { room: string; code: string; why: Names }
export interface Decision { date: string; due: string; state: string; why: Names; says: Names; by: string; at: string; endedAt?: string }
export interface Job {
  name: Names; act: string; rule: Names; state: string; guard: Guard[]; last?: Decision; open?: Decision;
  next?: { date: string; at: string; why: Names; rooms: string[]; day: { kind: string; off: boolean; why: Names } };
}
export interface PowerStep {
  step: string; kind: string; device: string; outlet?: number; rooms: string[]; state: string; reason?: string; reasonZh?: string; tries?: number;
  wishedAt?: string; sentAt?: string; endedAt?: string; signs: { sign: string; says: string; shown: string }[];
}
export interface PowerRun {
  scope: string; act: string; state: string; by: string; second?: string; startedAt: string; endedAt?: string;
  rooms: { room: string; state: string; why?: string; since: string }[]; counts: Record<string, number>; steps: PowerStep[]; stepsLeftOut?: number;
}
