import { locale, t } from './l10n.js';
import type { GpuSpec, Location, MachineSpec } from './resources.js';

/** `2 CPU · 4 GiB · 1× L4`: what matters of a machine, in one line. */
export function specText(spec: MachineSpec): string {
  const gpus = spec.gpus ? [gpusText(spec.gpus)] : [];
  return [`${trim(spec.cpus)} CPU`, mebibytesText(spec.memoryMebibytes), ...gpus].join(' · ');
}

/** Every figure of a machine, by its label. */
export function specDetails(spec: MachineSpec): [label: string, value: string][] {
  const details: [string, string][] = [
    ['CPU', trim(spec.cpus)],
    [t('Memory'), mebibytesText(spec.memoryMebibytes)],
  ];
  if (spec.diskMebibytes !== undefined) details.push([t('Disk'), mebibytesText(spec.diskMebibytes)]);
  if (spec.swapMebibytes !== undefined) details.push([t('Swap'), mebibytesText(spec.swapMebibytes)]);
  if (spec.gpus) details.push(['GPU', gpusText(spec.gpus)]);
  return details;
}

/** `1× L4`. */
export function gpusText({ model, count }: GpuSpec): string {
  return `${count}× ${model}`;
}

export function mebibytesText(mebibytes: number): string {
  if (mebibytes >= 1024 * 1024) return `${trim(mebibytes / 1024 / 1024)} TiB`;
  return mebibytes >= 1024 ? `${trim(mebibytes / 1024)} GiB` : `${trim(mebibytes)} MiB`;
}

/** `5 min`, `3 h`, `2 d`: how long ago, or how long still. @param ms milliseconds */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t('{0} h', hours) : t('{0} d', Math.floor(hours / 24));
}

/** `28 min`, `2 h 10 min`, `3 d 4 h`: how long still, to the minute while that matters. @param ms milliseconds */
export function timeLeftText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return t('less than 1 min');
  if (minutes < 60) return t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  const [whole, rest] =
    hours < 48
      ? [t('{0} h', hours), t('{0} min', minutes % 60)]
      : [t('{0} d', Math.floor(hours / 24)), t('{0} h', hours % 24)];
  return rest.startsWith('0 ') ? whole : `${whole} ${rest}`;
}

/** `02:05 PM`, as the person's language writes it. @param at Unix milliseconds */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
}

/** `11/15/2026, 2:05:00 PM`. @param at Unix milliseconds */
export function dateText(at: number): string {
  return new Date(at).toLocaleString(locale());
}

/** `November 2026`. @param at Unix milliseconds */
export function monthText(at: number): string {
  return new Date(at).toLocaleString(locale(), { month: 'long', year: 'numeric' });
}

/** `11/15/2026, 2:05:00 PM (3 h ago)`. @param at Unix milliseconds */
export function sinceText(at: number, now: number): string {
  return t('{0} ({1} ago)', dateText(at), durationText(now - at));
}

/** `1,234`. */
export function countText(count: number): string {
  return count.toLocaleString(locale());
}

/** Where something runs, in words. @param nameOf a launcher's name by its id */
export function locationText(location: Location, nameOf: (launcherId: string) => string): string {
  if (location.type === 'persistentLauncher') {
    return location.persistentLauncherId ? nameOf(location.persistentLauncherId) : t('a launcher');
  }
  const machine = location.spec ? specText(location.spec) : '';
  if (location.type === 'temporaryLauncher') return machine ? t('temporary {0}', machine) : t('a temporary launcher');
  return location.type;
}

function trim(value: number): string {
  return Number(value.toFixed(value < 10 ? 2 : 1)).toString();
}
