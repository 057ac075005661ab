import { t } from '../core/l10n.js';

/** Characters. */
const MAX_NAME = 40;

/** What is wrong with a name for an account, if anything is. @param others names that are taken */
export function nameProblem(name: string, others: readonly string[]): string | undefined {
  if (name === '' || name.length > MAX_NAME) return t('Give a name of 1 to {0} characters.', MAX_NAME);
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return t('Give a name without invisible characters.');
  return others.some(each => each.toLowerCase() === name.toLowerCase())
    ? t('Another account has this name.')
    : undefined;
}

/** A name for another account that none has. @param title such as the service's name */
export function freeName(title: string, others: readonly string[]): string {
  for (let number = others.length + 1; ; number++) {
    const name = `${title} ${number}`;
    if (nameProblem(name, others) === undefined) return name;
  }
}
