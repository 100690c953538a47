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
export interface Answer { id: string; phase: string; final: boolean; stat: number; code: string; title: string; run?: Run; plan?: { steps: Step[] } }
