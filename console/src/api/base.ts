/** Where the API is mounted below this host; the controller writes it into the page. */
export const apiBase =
  globalThis.document?.querySelector<HTMLMetaElement>('meta[name="api-base"]')?.content ?? '';
