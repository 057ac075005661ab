/** One of the person's accounts with a service, as they are told of it. */
export interface AccountInfo {
  id: string;
  name: string;
}
