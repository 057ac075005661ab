import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { plainText } from '../core/plainText.js';
import type { Task } from '../core/tasks.js';

/** @throws RemoteError where the service answered with no task, or with another one */
export function taskOf(id: string, task: Task): Task {
  if (task.id !== '' && task.id !== id) throw new RemoteError('protocol', t('Swan answered for another task.'));
  if (task.id === '' && task.status === 'unknown') {
    throw new RemoteError('notFound', t('Swan does not know this task any more. Refresh the list.'));
  }
  return task.id === '' ? { ...task, id: plainText(id) } : task;
}
