import { assert, suite } from '../helpers.ts';
import { bodyOf, CDN, CORS, fix, hashOf, sri } from './fixing.ts';

const A = hashOf(bodyOf('a.js'));
const other = hashOf('something else');

suite('what sri-fix writes into tags', (test) => {
  /** The page becomes `wanted`, and stays so. */
  const becomes = (name: string, page: string, wanted: string, over = {}, code = 0) =>
    test(name, async () => {
      const { html, result } = await fix(page, over);
      assert.is(html, wanted);
      assert.is(result.exitCode, code);
      assert.is((await fix(html, over)).html, wanted);
    });

  becomes(
    'integrity and crossorigin, behind the name',
    `<SCRIPT\n SRC=${CDN}a.js></SCRIPT><link rel=stylesheet href="${CDN}a.css"/>`,
    `<SCRIPT${sri('a.js')}${CORS}\n SRC=${CDN}a.js></SCRIPT><link${sri('a.css')}${CORS} rel=stylesheet href="${CDN}a.css"/>`,
  );
  becomes(
    'a slash in the place of a space',
    `<script/src="${CDN}a.js"></script>`,
    `<script${sri('a.js')}${CORS}/src="${CDN}a.js"></script>`,
  );
  becomes(
    'modules ask with CORS by themselves',
    `<link rel=modulepreload href="${CDN}m.js"><script type=module src="${CDN}m.js"></script>`,
    `<link${sri('m.js')} rel=modulepreload href="${CDN}m.js"><script${sri('m.js')} type=module src="${CDN}m.js"></script>`,
  );
  for (const [written, repaired] of [
    ['integrity', `integrity="${A}"`],
    ['integrity=""', `integrity="${A}"`],
    [`INTEGRITY='sha1-abc'`, `INTEGRITY='${A}'`],
    ['integrity=sha384-...', `integrity="${A}"`],
    [`integrity="${A.replace('sha', 'SHA')}"`, `integrity="${A}"`],
    [`integrity="" integrity="x"`, `integrity="${A}" integrity="x"`],
  ] as const)
    becomes(
      `what checks nothing is replaced: ${written}`,
      `<script ${written} crossorigin src="${CDN}a.js"></script>`,
      `<script ${repaired} crossorigin src="${CDN}a.js"></script>`,
    );
  becomes(
    'a right hash without CORS keeps its hash',
    `<script src="${CDN}a.js" integrity="${hashOf(bodyOf('a.js'), 'sha512')}"></script>`,
    `<script${CORS} src="${CDN}a.js" integrity="${hashOf(bodyOf('a.js'), 'sha512')}"></script>`,
  );
  becomes(
    'credentials that the host refuses',
    `<script crossorigin=use-credentials src="${CDN}a.js"></script>`,
    `<script${sri('a.js')} crossorigin="anonymous" src="${CDN}a.js"></script>`,
  );
  const good = `<script src="${CDN}a.js" integrity="${A}" crossorigin></script>`;
  becomes('what is right stays', good, good);
  const wrong = `<script src="${CDN}a.js" integrity="${other}" crossorigin></script>`;
  becomes('what is wrong stays, and is told', wrong, wrong, {}, 1);
  becomes(
    'a wrong one is replaced when told to',
    wrong,
    `<script src="${CDN}a.js" integrity="${A}" crossorigin></script>`,
    { update: true },
  );
  const bypass = `<link rel=modulepreload href="${CDN}m.js"><script type=module src="${CDN}m.js" integrity="${other}"></script>`;
  becomes('beside a wrong hash nothing of that URL is touched', bypass, bypass, {}, 1);
  const strong = hashOf(bodyOf('a.js'), 'sha512');
  becomes(
    'a preload has what its consumer has',
    `<link rel=preload as=script href="${CDN}a.js" integrity="${A}" crossorigin><link rel=preload as=script href="${CDN}a.js"><script src="${CDN}a.js" integrity="${strong}" crossorigin></script>`,
    `<link rel=preload as=script href="${CDN}a.js" integrity="${strong}" crossorigin><link integrity="${strong}"${CORS} rel=preload as=script href="${CDN}a.js"><script src="${CDN}a.js" integrity="${strong}" crossorigin></script>`,
  );
  becomes(
    'keys of signatures stay',
    `<script integrity="ed25519-AAAA" crossorigin src="${CDN}a.js"></script>`,
    `<script integrity="ed25519-AAAA ${A}" crossorigin src="${CDN}a.js"></script>`,
  );
  becomes(
    'the algorithm that was asked for',
    `<script src="${CDN}a.js"></script>`,
    `<script integrity="${hashOf(bodyOf('a.js'), 'sha512')}"${CORS} src="${CDN}a.js"></script>`,
    { algorithm: 'sha512' },
  );
  const templated = `<script src="${CDN}a.js" integrity="{{ sri }}"></script><script src="${CDN}{{ v }}.js"></script>`;
  becomes('templates stay', templated, templated);
  const unpinnable =
    '<script src="https://js.stripe.com/v3/"></script><script src="https://unpkg.com/react"></script>' +
    `<svg><script href="${CDN}a.js"></script></svg><iframe srcdoc="<script src='${CDN}a.js'></script>"></iframe>` +
    '<script src="https://cdn.polyfill.io/v3/p.js"></script><script src="http://x.test/a.js"></script>' +
    `<script>document.write('<script src="${CDN}a.js"><\\/script>')</script><style>@import "${CDN}a.css"</style>`;
  becomes('what must not be pinned stays, and that is no failure', unpinnable, unpinnable);
  const unknown = `<script src="${CDN}unknown.js"></script>`;
  becomes('what nobody knows stays, and the exit code tells', unknown, unknown, {}, 3);
});

suite('sri-fix and bytes', (test) => {
  for (const encoding of ['utf-16le', 'utf-16be'])
    test(`a page in ${encoding}`, async () => {
      const page = `\ufeff<p>é€</p><script src="${CDN}a.js" integrity=''></script>`;
      const swap = (bytes: Buffer) => (encoding === 'utf-16be' ? bytes.swap16() : bytes);
      const { bytes } = await fix(swap(Buffer.from(page, 'utf16le')));
      const text = swap(bytes).toString('utf16le');
      assert.is(text, page.replace('<script src', `<script${CORS} src`).replace("''", `'${A}'`));
    });

  test('bytes of other encodings and broken ones', async () => {
    const head = Buffer.from('<!doctype html>\r\n<meta charset=windows-1252>\0\xe9\x80\xff', 'latin1');
    const tail = Buffer.from(`<script src="${CDN}a.js"></script>\r\n\xfe`, 'latin1');
    const { bytes } = await fix(Buffer.concat([head, tail]));
    const wanted = tail.toString('latin1').replace('<script', `<script${sri('a.js')}${CORS}`);
    assert.is(bytes.toString('latin1'), head.toString('latin1') + wanted);
  });

  test('a meta charset that would move out of reach', async () => {
    const tags = `<script src="${CDN}a.js"></script>`.repeat(9);
    const page = `${tags}${' '.repeat(300)}<meta charset=windows-1251>\xe9`;
    const { bytes, result } = await fix(Buffer.from(page, 'latin1'));
    assert.is(bytes.toString('latin1'), page);
    assert.match(result.pages[0]?.problems.join() ?? '', 'first 1024 bytes');
    assert.is(result.exitCode, 3);
  });
});
