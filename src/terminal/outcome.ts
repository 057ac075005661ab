import type { RemoteError } from '../core/errors.js';

/** Trying again by itself cannot help: the person has to do something first. */
export function isFatal({ kind }: RemoteError): boolean {
  return kind === 'credentials' || kind === 'invalid' || kind === 'refused';
}

/** Something answered, if only a proxy: it would be said what. */
export function isAnswer({ code }: RemoteError): boolean {
  return code?.startsWith('http_') ?? false;
}

/** Nobody knows whether the service did what it was asked for. */
export function isUncertain({ kind }: RemoteError): boolean {
  return kind === 'network' || kind === 'timeout' || kind === 'protocol';
}

/** What a write's refusal says of the session. */
export function whyRefused({ kind }: RemoteError): 'gone' | 'busy' | 'other' {
  return kind === 'notFound' ? 'gone' : kind === 'busy' ? 'busy' : 'other';
}
