import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);
const compressible = /\.(js|css|svg)$/;

/** Lays a .br and a .gz beside each file of the build that gets smaller by it. */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = await readdir(folder, { recursive: true });
      await Promise.all(
        files.filter((file) => compressible.test(file)).map((file) => compress(folder, file)),
      );
    },
  };
}

async function compress(folder: string, file: string): Promise<void> {
  const content = await readFile(path.join(folder, file));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  const forms: [string, Buffer][] = [
    ['.br', await brotli(content, quality)],
    ['.gz', await deflate(content, { level: 9 })],
  ];
  await Promise.all(
    forms
      .filter(([, smaller]) => smaller.length < content.length)
      .map(([suffix, smaller]) => writeFile(path.join(folder, file + suffix), smaller)),
  );
}
