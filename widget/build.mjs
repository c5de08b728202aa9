/** Builds the bundle into the package: `npm run build`, or `node build.mjs FOLDER` to compare. The same bytes each time. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const TARGET = ['chrome111', 'safari16.4', 'firefox113'];

/** A style sheet is a string in the bundle: there is no other file to load, and no `<style>` for a policy to refuse. */
const styles = {
  name: 'styles',
  setup(plugins) {
    plugins.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true, target: TARGET });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** What is seen before the first question; the server gives the rest. */
const BEFORE = ['name', 'box', 'send', 'close'];

const languages = readdirSync(join(here, 'words')).sort().map((file) => {
  const words = JSON.parse(readFileSync(join(here, 'words', file), 'utf8'));
  return [file.replace('.json', ''), words];
});

const words = {
  name: 'words',
  setup(plugins) {
    plugins.onResolve({ filter: /^words$/ }, () => ({ path: 'words', namespace: 'words' }));
    plugins.onLoad({ filter: /.*/, namespace: 'words' }, () => {
      const early = Object.fromEntries(languages.map(([name, all]) => [name, BEFORE.map((key) => all[key]).join('|')]));
      return { contents: `export const BEFORE = ${JSON.stringify(BEFORE)}; export const early = ${JSON.stringify(early)};` };
    });
  },
};

export const plugins = [styles, words];

async function write(folder) {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'src/ask.ts')],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    mangleProps: /^_/,
    charset: 'utf8',
    target: TARGET,
    format: 'iife',
    legalComments: 'none',
    plugins: plugins,
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ask.js'), code);
  writeFileSync(join(folder, 'ask.js.gz'), gzipSync(code, { level: 9 }));
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_MODE, BROTLI_PARAM_SIZE_HINT, BROTLI_MODE_TEXT } = constants;
  const hard = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT, [BROTLI_PARAM_SIZE_HINT]: code.length };
  writeFileSync(join(folder, 'ask.js.br'), brotliCompressSync(code, { params: hard }));
  const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
  writeFileSync(join(folder, 'ask.json'), `${JSON.stringify({ file: 'ask.js', bytes: code.length, integrity }, null, 2)}\n`);
  mkdirSync(join(folder, 'words'), { recursive: true });
  for (const [name, all] of languages) writeFileSync(join(folder, 'words', `${name}.json`), `${JSON.stringify(all)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await write(process.argv[2] ?? join(here, '../src/byline/serve/static/widget'));
}
