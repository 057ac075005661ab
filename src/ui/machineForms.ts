/**
 * What asks for machines, and where to run on them: a bundle of its own, loaded when somebody is asked. A form that can go
 * back is in it as a whole.
 */
export { askLaunch, askLauncher, askSession } from './launchForms.js';
export { askPlace, pickLauncher, pickModel } from './placePick.js';
