import { isIpOrCidr } from '../core/ipRange.js';
import { t } from '../core/l10n.js';
import { plainText } from '../core/plainText.js';
import { editForm, inputText, type Nav } from './prompts.js';

/** What a task can have and need not. */
export interface TaskOptions {
  startIn: number;
  preferredProviders: string[];
  ipWhitelist: string[];
}

/** @throws cancelled, or WentBack */
export function askTaskOptions(nav: Nav, start: TaskOptions): Promise<TaskOptions> {
  const accept = () => ({ label: t('Continue'), description: t('with these options') });
  const lists = (text: string) => text.split(/[\s,]+/).filter(Boolean);
  return editForm(nav, start, accept, [
    {
      label: t('Start within'),
      icon: 'clock',
      describe: ({ startIn }) => t('{0} min', startIn / 60),
      edit: async value => {
        const check = (text: string) =>
          /^\d{1,4}$/.test(text) && Number(text) > 0 ? undefined : t('Give a whole number of minutes.');
        return {
          ...value,
          startIn:
            Number(
              await inputText(nav, {
                prompt: t('Minutes within which it is to start'),
                value: `${value.startIn / 60}`,
                check,
              }),
            ) * 60,
        };
      },
    },
    {
      label: t('Preferred providers'),
      icon: 'server-environment',
      describe: ({ preferredProviders }) => plainText(preferredProviders.join(', ')) || t('any'),
      edit: async value => {
        const check = (text: string) =>
          lists(text).every(each => /^0x[0-9a-fA-F]{40}$/.test(each))
            ? undefined
            : t('Give addresses such as 0x…, separated by commas.');
        return {
          ...value,
          preferredProviders: lists(
            await inputText(nav, {
              prompt: t('Accounts of providers, separated by commas'),
              value: value.preferredProviders.join(', '),
              check,
            }),
          ),
        };
      },
    },
    {
      label: t('IP whitelist'),
      icon: 'shield',
      describe: ({ ipWhitelist }) => plainText(ipWhitelist.join(', ')) || t('everybody can reach it'),
      edit: async value => {
        const check = (text: string) =>
          lists(text).every(isIpOrCidr)
            ? undefined
            : t('Give addresses or ranges such as 203.0.113.7 or 198.51.100.0/24, separated by commas.');
        return {
          ...value,
          ipWhitelist: lists(
            await inputText(nav, {
              prompt: t('Addresses that may reach it, separated by commas'),
              value: value.ipWhitelist.join(', '),
              check,
            }),
          ),
        };
      },
    },
  ]);
}
