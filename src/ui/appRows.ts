import { t } from '../core/l10n.js';
import { joined, lines, own, type PlainText, plain, plainText } from '../core/plainText.js';
import type { AppAddress, Job, PortMapping, Task } from '../core/tasks.js';
import type { Row } from './tree.js';

/**
 * Where a job's app is reached, with its ports below it.
 * @param where what tells it from the others of its task, where there are others
 */
export function appRow(task: Task, { id, address }: Job, where: PlainText | undefined): Row | undefined {
  if (!address) return undefined;
  const rowId = `${task.id}/app/${id}`;
  const placed: Placed = (text, between = ' · ') => joined([where, text], between);
  const ports = address.type === 'text' ? [] : (address.ports ?? []);
  const host = hostOf(address);
  return {
    id: rowId,
    resource: { id: task.id, jobId: id },
    ...look(address, placed),
    children: ports.map(each => portRow(rowId, each, host)),
  };
}

type Placed = (text: PlainText, between?: ' · ' | ', ') => PlainText;

function look(address: AppAddress, placed: Placed): Pick<Row, 'label' | 'icon' | 'contextValue' | 'spoken'> {
  switch (address.type) {
    case 'web':
      return webLook(address.url, placed);
    case 'ssh':
      return sshLook(address, placed);
    case 'text':
      return textLook(address.text, placed);
  }
}

function webLook(url: PlainText, placed: Placed) {
  return {
    label: t('App'),
    description: placed(url),
    icon: { id: 'globe', color: 'charts.green' },
    contextValue: 'app+copy+web',
    spoken: t('App at {0}', placed(url, ', ')),
    tooltip: url,
    command: { id: 'remoteCompute.task.openApp', title: t('Open App') },
  };
}

function sshLook({ user, host, port, login, webHost }: Extract<AppAddress, { type: 'ssh' }>, placed: Placed) {
  const text = plain`${user}@${hostAndPort(host, port)}`;
  const more = [
    login && t('The provider also names the user {0}.', login.user),
    login?.password !== undefined && t('Password of {0}: {1}', login.user, login.password),
    webHost !== undefined && t('Its web pages, if it has any, are at {0}.', webHost),
  ].filter(line => line !== undefined && line !== false);
  return {
    label: own('SSH'),
    description: placed(text),
    icon: { id: 'terminal' },
    contextValue: 'app+copy+ssh',
    spoken: plain`SSH: ${placed(text, ', ')}`,
    tooltip: lines([text, ...more]),
    command: { id: 'remoteCompute.task.connectSsh', title: t('Connect by SSH') },
  };
}

function textLook(text: PlainText, placed: Placed) {
  return {
    label: t('Address'),
    description: placed(text),
    icon: { id: 'warning' },
    contextValue: 'app',
    spoken: t('Address that cannot be opened: {0}', placed(text, ', ')),
    tooltip: t('{0}\n\nThis is neither a web address nor a plain SSH command, so it is only shown.', text),
  };
}

function portRow(app: string, { inner, outer }: PortMapping, host: PlainText): Row {
  const where = hostAndPort(host, outer);
  return {
    id: `${app}/port/${inner}:${outer}`,
    label: t('Port {0}', inner),
    description: where,
    icon: { id: 'plug' },
    contextValue: 'port',
    spoken: t('Port {0} of the app, at {1}', inner, where),
    tooltip: t('Port {0} of the app is reached at {1}.', inner, where),
  };
}

function hostOf(address: AppAddress): PlainText {
  if (address.type === 'web') return plainText(new URL(address.url).hostname);
  return address.type === 'ssh' ? address.host : own('');
}

function hostAndPort(host: PlainText, port: number): PlainText {
  return host.includes(':') && !host.startsWith('[') ? plain`[${host}]:${port}` : plain`${host}:${port}`;
}
