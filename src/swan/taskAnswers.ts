import { RemoteError } from '../core/errors.js';
import type { Task } from '../core/tasks.js';

/** @throws RemoteError where the service answered with no task, or with another one */
export function taskOf(id: string, task: Task): Task {
  if (task.id !== '' && task.id !== id) throw new RemoteError('protocol', 'Swan answered for another task.');
  if (task.id === '' && task.status === 'unknown') {
    throw new RemoteError('notFound', 'Swan does not know this task any more. Refresh the list.');
  }
  return { ...task, id };
}
