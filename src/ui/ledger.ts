/** What of payments is loaded when somebody looks at them, or goes on with one: a bundle of its own. */
export { cancelPayment, resumePayment, speedUpPayment, tellEnd } from './paymentActs.js';
export { damagedRow, openPaymentRow, paymentRows, stageLook } from './paymentRows.js';
export { requireDone } from './payPrompt.js';
