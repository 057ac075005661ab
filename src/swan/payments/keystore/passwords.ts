/**
 * What a password is as bytes: as it was typed, as geth takes it, and in the forms that other wallets bring it into
 * first, or an input method has brought it into since. Each is tried, so each is there once.
 */
export function passwordForms(password: string): Uint8Array[] {
  const forms = [password, ...['NFKC', 'NFC', 'NFD'].map(form => password.normalize(form))];
  return [...new Set(forms)].map(form => new TextEncoder().encode(form));
}
