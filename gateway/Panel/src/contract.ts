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
export interface Argument { type: string; title?: string; minimum?: number; maximum?: number; enum?: string[] }
export interface Verb { name: string; title: Names; disturbing: boolean; schema: { properties: Record<string, Argument>; required?: string[] } }
export interface Property { name: string; type: string; unit?: string; title: Names; settable: boolean; first?: number; count?: number }
export interface Description { class: string; driver: string; name: Names; properties: Property[]; verbs: Verb[] }
export interface FaultLine { n: number; at: string; by: string; what: string; text?: string }
export interface Fault {
  id: string; code: string; severity: string; step: string; title: Names; subject: string; room?: string; present: boolean; times: number;
  since: string; causedBy?: string; affected?: string[]; owner?: string; detail?: string; flapping?: boolean; timeLine: FaultLine[];
}
export interface ProbeValue { v: number; unit?: string; q: string }
export interface Probe {
  id: string; kind: string; name: Names; subject: string; target?: string; q: string; since: string; faults: string[];
  at?: string; text?: string; remedy?: string; log?: string[]; values?: Record<string, ProbeValue>;
}
/** Of each run: when (ms), quality, the first measure, and how long it took (ms). */
export interface ProbeHistory { points: [at: number, q: string, value: number | null, took: number][] }
export interface InspectionRow { device: string; room: string; name: Names; state: string; reason: string; says: Names; detail?: string; fault?: string }
export interface ManualRow { row: string; room?: string; title: Names; result: string; by?: string }
export interface Inspection {
  id: string; profile: string; name: Names; state: string; by: string; startedAt: string; rooms: { room: string; name: Names }[];
  counts: Record<string, number>; findings: number; complete: boolean; manual: ManualRow[]; signedBy?: string;
}
export interface Answer { id: string; phase: string; final: boolean; stat: number; code: string; title: string; run?: Run; plan?: { steps: Step[] }; history?: ProbeHistory }
