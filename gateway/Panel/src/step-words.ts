import type { Description } from './contract';
import { gateway } from './gateway';
import { named, term } from './texts';

/** A step of a scene, such as <code>undo:show:judge-display</code>, for people: what is done, and to what of the room. */
export function stepWords(name: string, room: string): string {
  const levels = name.split(':');
  const isUndone = levels[0] === 'undo';
  const [act = '', ...rest] = isUndone ? levels.slice(1) : levels;
  const what = rest.join(':');
  const device = gateway.get<Description>(`${what.includes('/') ? what : `${room}/${what}`}/$desc`) ?? nameless(what);
  const words = what === '' ? term('do', act) : `${term('do', act)} · ${device ? named(device.name, what) : term('place', what)}`;
  return isUndone ? `${term('do', 'undo')} ${words}` : words;
}

/** A step names a device without its room where no other room has one of that name. */
function nameless(what: string): Description | undefined {
  for (const [tail, value] of gateway.topics) if (what !== '' && tail.endsWith(`/${what}/$desc`)) return value as Description;
  return undefined;
}
