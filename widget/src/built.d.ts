/** What build.mjs makes. */

declare module '*.css' {
  const text: string;
  export default text;
}

/** The first words of every language, joined by `|` in the order of BEFORE. */
declare module 'words' {
  export const BEFORE: string[];
  export const early: Record<string, string>;
}
