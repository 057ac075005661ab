/** An IPv4 or IPv6 address, with or without a prefix length. */
export function isIpOrCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const v4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every(part => Number(part) <= 255);
  const v6 = address.includes(':') && URL.canParse(`http://[${address}]/`);
  if (rest.length > 0 || !(v4 || v6)) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (v4 ? 32 : 128));
}
