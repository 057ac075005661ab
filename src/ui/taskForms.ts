/** What asks for all that a task needs: a bundle of its own, loaded when somebody is asked. */
export { askRepository } from './sourceForm.js';
export { askDuration, askTask } from './taskForm.js';
