/** Which addresses may become links: the server has decided already, and is not trusted alone. Pure. */

/** An http(s) address without a user name, or null. */
export function safeUrl(url: string | null | undefined): string | null {
  if (!url || !/^https?:\/\/[^\s\\\0-\x1f\x7f]+$/i.test(url)) return null;
  try {
    const { href, username, password } = new URL(url);
    return username || password ? null : href;
  } catch {
    return null;
  }
}
