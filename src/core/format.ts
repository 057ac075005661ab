import { locale, t } from './l10n.js';
import { joined, own, type PlainText, plain, plainText } from './plainText.js';
import type { GpuSpec, Location, MachineSpec } from './resources.js';

/** `2 CPU · 4 GiB · 1× L4`: what matters of a machine, in one line. */
export function specText(spec: MachineSpec): PlainText {
  const gpus = spec.gpus ? [gpusText(spec.gpus)] : [];
  return joined([plain`${trim(spec.cpus)} CPU`, mebibytesText(spec.memoryMebibytes), ...gpus], ' · ');
}

/** Every figure of a machine, by its label. */
export function specDetails(spec: MachineSpec): [label: PlainText, value: PlainText][] {
  const details: [label: PlainText, value: PlainText][] = [
    [own('CPU'), trim(spec.cpus)],
    [t('Memory'), mebibytesText(spec.memoryMebibytes)],
  ];
  if (spec.diskMebibytes !== undefined) details.push([t('Disk'), mebibytesText(spec.diskMebibytes)]);
  if (spec.swapMebibytes !== undefined) details.push([t('Swap'), mebibytesText(spec.swapMebibytes)]);
  if (spec.gpus) details.push([own('GPU'), gpusText(spec.gpus)]);
  return details;
}

/** `1× L4`. */
export function gpusText({ model, count }: GpuSpec): PlainText {
  return plain`${count}× ${model}`;
}

export function mebibytesText(mebibytes: number): PlainText {
  if (mebibytes >= 1024 * 1024) return plain`${trim(mebibytes / 1024 / 1024)} TiB`;
  return mebibytes >= 1024 ? plain`${trim(mebibytes / 1024)} GiB` : plain`${trim(mebibytes)} MiB`;
}

/** `5 min`, `3 h`, `2 d`: how long ago, or how long still. @param ms milliseconds */
export function durationText(ms: number): PlainText {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t('{0} h', hours) : t('{0} d', Math.floor(hours / 24));
}

/** `28 min`, `2 h 10 min`, `3 d 4 h`: how long still, to the minute while that matters. @param ms milliseconds */
export function timeLeftText(ms: number): PlainText {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return t('less than 1 min');
  if (minutes < 60) return t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  const [whole, rest] =
    hours < 48
      ? [t('{0} h', hours), t('{0} min', minutes % 60)]
      : [t('{0} d', Math.floor(hours / 24)), t('{0} h', hours % 24)];
  return rest.startsWith('0 ') ? whole : joined([whole, rest], ' ');
}

/** `02:05 PM`, as the person's language writes it. @param at Unix milliseconds */
export function timeOfDay(at: number): PlainText {
  return plainText(new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' }));
}

/** `11/15/2026, 2:05:00 PM`. @param at Unix milliseconds */
export function dateText(at: number): PlainText {
  return plainText(new Date(at).toLocaleString(locale()));
}

/** `November 2026`. @param at Unix milliseconds */
export function monthText(at: number): PlainText {
  return plainText(new Date(at).toLocaleString(locale(), { month: 'long', year: 'numeric' }));
}

/** `11/15/2026, 2:05:00 PM (3 h ago)`. @param at Unix milliseconds */
export function sinceText(at: number, now: number): PlainText {
  return t('{0} ({1} ago)', dateText(at), durationText(now - at));
}

/** `1,234`. */
export function countText(count: number): PlainText {
  return plainText(count.toLocaleString(locale()));
}

/** Where something runs, in words. @param nameOf a launcher's name by its id */
export function locationText(location: Location, nameOf: (launcherId: string) => string): PlainText {
  if (location.type === 'persistentLauncher') {
    return location.persistentLauncherId ? plainText(nameOf(location.persistentLauncherId)) : t('a launcher');
  }
  const machine = location.spec ? specText(location.spec) : '';
  if (location.type === 'temporaryLauncher') return machine ? t('temporary {0}', machine) : t('a temporary launcher');
  return location.type;
}

function trim(value: number): PlainText {
  return plainText(Number(value.toFixed(value < 10 ? 2 : 1)).toString());
}
