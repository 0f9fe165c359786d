import fc from 'fast-check';
import { analyser, hasUrl, isLoader, type ScriptKind } from '../../../src/readers/script/analyse.ts';
import { lexicalLoads } from '../../../src/readers/script/lexical.ts';
import { assert, suite } from '../../helpers.ts';

const analyse = await analyser();

/** What a script loads: `via url`, and the text that stands at its place. */
function loads(text: string, kind: ScriptKind = 'classic'): string[] {
  assert.ok(hasUrl(text) && isLoader(text), `not looked into: ${text}`);
  return analyse(text, kind).map((f) => `${f.via} ${f.url}${f.open ? ' …' : ''}`);
}

function at(text: string): string[] {
  return analyse(text, 'classic').map((f) => text.slice(f.index, f.index + 12));
}

const GTM = `(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});
var f=d.getElementsByTagName(s)[0],j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;
j.src='https://tags.example/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-X');`;

suite('what code loads', (test) => {
  test('elements that code makes', () => {
    assert.equal(loads("var s=document.createElement('script');s.src='https://c.example/a.js';"), [
      'createElement https://c.example/a.js',
    ]);
    assert.equal(
      loads("const u='//c.example/a';const s=document.createElement('SCRIPT');s.setAttribute('src',u)"),
      ['createElement //c.example/a'],
    );
    assert.equal(loads("var i=document.createElement('img');i.src='https://c.example/a.js'"), []);
    assert.equal(loads("var i=new Image();i.src='https://c.example/a.js'"), []);
    assert.equal(loads("function f(el){el.src='https://c.example/a.js'} createElement"), [
      'createElement https://c.example/a.js',
    ]);
    assert.equal(loads("function f(el){el.src='https://c.example/a.png'} createElement"), []);
    assert.equal(
      loads("var l=document.createElement('link');l.rel='stylesheet';l.href='https://c.example/a.css'"),
      ['createElement https://c.example/a.css'],
    );
    assert.equal(
      loads("var l=document.createElement('link');l.rel='icon';l.href='https://c.example/a.ico'"),
      [],
    );
    assert.equal(loads("var a=document.createElement('a');a.href='https://c.example/a.css'"), []);
    assert.equal(loads("Object.assign(document.createElement('script'),{src:`https://c.example/a.js`})"), [
      'createElement https://c.example/a.js',
    ]);
    assert.equal(loads("this.s=document.createElement('script');this.s.src='https://c.example/a'"), [
      'createElement https://c.example/a',
    ]);
  });

  test('URLs put together', () => {
    assert.equal(loads(GTM), ['createElement https://tags.example/gtm.js?id=GTM-X']);
    assert.equal(
      loads(
        "!function(b,e,v,t){t=b.createElement(e);t.src=v}(document,'script','https://c.example/en/x.js')",
      ),
      ['createElement https://c.example/en/x.js'],
    );
    assert.equal(loads("var s=document.createElement('script');s.src='https://c.example/'+id+'.js'"), [
      'createElement https://c.example/ …',
    ]);
    assert.equal(loads("var s=document.createElement('script');s.src=`https://${host}/a.js`"), []);
    assert.equal(
      loads(
        "var s=document.createElement('script');s.src=('https:'==location.protocol?'https://ssl':'http://www')+'.c.example/a.js'",
      ),
      ['createElement https://ssl.c.example/a.js'],
    );
    assert.equal(
      loads("function load(u){var s=document.createElement('script');s.src=u}load('https://c.example/a')"),
      ['createElement https://c.example/a'],
    );
  });

  test('markup that code writes', () => {
    assert.equal(loads('document.write(\'<script src="https://c.example/a.js"><\\/script>\')'), [
      'document.write https://c.example/a.js',
    ]);
    assert.equal(
      loads(`document.write(unescape("%3Cscript src='https://c.example/a.js'%3E%3C/script%3E"))`),
      ['document.write https://c.example/a.js'],
    );
    assert.equal(loads('window.jQuery||document.write(\'<script src="js/own.js"><\\/script>\');"//x"'), [
      'document.write js/own.js',
    ]);
    assert.equal(loads('el.innerHTML=\'<script src="https://c.example/a.js"></script>\''), []);
    assert.equal(loads("el.innerHTML='<link rel=stylesheet href=https://c.example/a.css>'"), [
      'innerHTML https://c.example/a.css',
    ]);
    assert.equal(loads("$('body').append('<script src=\"https://c.example/a.js\"></'+'script>')"), [
      'append https://c.example/a.js',
    ]);
    assert.equal(
      loads("document.write('<script src=\"https://c.example/a.js?'+Math.random()+'\"></script>')"),
      ['document.write https://c.example/a.js? …'],
    );
  });

  test('imports, workers and helpers', () => {
    assert.equal(loads("import('https://c.example/a.js')"), ['import() https://c.example/a.js']);
    assert.equal(
      loads("import a from 'https://c.example/a.js';export * from 'https://c.example/b.js'", 'module'),
      ['import https://c.example/a.js', 'import https://c.example/b.js'],
    );
    assert.equal(loads("importScripts('https://c.example/a.js','https://c.example/b.js')"), [
      'importScripts https://c.example/a.js',
      'importScripts https://c.example/b.js',
    ]);
    assert.equal(
      loads('new Worker(URL.createObjectURL(new Blob(["importScripts(\'https://c.example/a.js\')"])))'),
      ['importScripts https://c.example/a.js'],
    );
    assert.equal(loads("$.getScript('https://c.example/a.js')"), ['$.getScript https://c.example/a.js']);
    assert.equal(loads("require(['https://c.example/a.js'],f)"), ['require https://c.example/a.js']);
    assert.equal(loads("useScript({src:'https://c.example/a.js'})"), ['useScript https://c.example/a.js']);
  });

  test('is silent about texts that load nothing', () => {
    for (const text of [
      "var s='https://c.example/a.js'; // document.createElement('script').src = 'https://c.example/b.js'",
      "fetch('https://c.example/a.js');import('./own.js')",
      "console.log('<script src=https://c.example/a.js></script>')",
      "/* import('https://c.example/a.js') */ createElement",
    ]) {
      assert.equal(
        analyse(text, 'classic').filter((f) => /\/\//.test(f.url)),
        [],
        text,
      );
    }
  });

  test('tells the place of the URL', () => {
    assert.equal(at("import( 'https://c.example/a.js')"), ['https://c.ex']);
    assert.equal(at('document.write(\'<script src="https://c.example/a.js"><\\/script>\')'), [
      'https://c.ex',
    ]);
    assert.equal(at('document.write("<script src=\'https:\\/\\/c.example/a.js\'></script>")').length, 1);
    assert.equal(at("(function(d,u){d.createElement('script').src=u})(document,'https://c.example/a.js')"), [
      'https://c.ex',
    ]);
  });

  test('reads scripts with templates in them', () => {
    for (const text of [
      "var x = {{ x|json }};\nvar s=document.createElement('script');s.src='https://c.example/a.js';",
      "{% if a %}\nvar s=document.createElement('script');s.src='https://c.example/a.js';{% endif %}",
      "<?php if ($x): ?> import('https://c.example/a.js') <?php else: ?> let let <?php endif; ?> :",
      '<% if (x) { %>document.write(\'<script src="https://c.example/a.js"></script>\');<% } %>',
    ]) {
      assert.equal(
        analyse(text, 'classic').map((f) => f.url),
        ['https://c.example/a.js'],
        text,
      );
    }
    assert.equal(
      loads("import('https://c.example/{{ v }}/a.js')")[0]?.startsWith('import() https://c.example/'),
      true,
    );
  });

  test('reads sources of any dialect', () => {
    const urls = (text: string) => lexicalLoads(text, true).map((f) => `${f.via} ${f.url}`);
    assert.equal(urls('<Script src="https://c.example/a.js" strategy="lazyOnload" />'), [
      '<script> https://c.example/a.js',
    ]);
    assert.equal(urls('return <><script async src={"https://c.example/a.js"} onLoad={() => x > 1} /></>;'), [
      '<script> https://c.example/a.js',
    ]);
    assert.equal(urls('{/* <script src="https://c.example/a.js" /> */}'), []);
    assert.equal(
      urls(
        '<link rel="stylesheet" href="https://c.example/a.css"/><link rel="icon" href="https://c.example/i"/>',
      ),
      ['<link> https://c.example/a.css'],
    );
    assert.equal(
      urls(
        "const s = document.createElement('script') as HTMLScriptElement;\ns.src = 'https://c.example/a';",
      ),
      ['createElement https://c.example/a'],
    );
    assert.equal(urls("useHead({ script: [{ src: 'https://c.example/a.js', async: true }] })"), [
      'head https://c.example/a.js',
    ]);
    assert.equal(
      urls(
        "link: [{ rel: 'icon', href: 'https://c.example/i' }, { rel: 'stylesheet', href: 'https://c.example/a.css' }]",
      ),
      ['head https://c.example/a.css'],
    );
    assert.equal(urls("const [ok] = useScript<Foo>('x'); useExternalScript('https://c.example/a.js')"), [
      'useExternalScript https://c.example/a.js',
    ]);
    assert.equal(urls("const m: Foo = await import('https://c.example/a.js');"), [
      'import() https://c.example/a.js',
    ]);
    assert.equal(urls('const docs = \'<script src="https://c.example/a.js"></script>\';'), []);
    assert.equal(
      urls('// <script src="https://c.example/a.js">\n/* import("https://c.example/b.js") */'),
      [],
    );
    assert.equal(urls('img.src = "https://c.example/a.png"; a.href = "https://c.example/"'), []);
    assert.equal(
      urls(
        '<svelte:head><!-- <script src="https://c.example/b.js"></script> --><script src="https://c.example/a.js"></script></svelte:head>',
      ),
      ['<script> https://c.example/a.js'],
    );
  });

  test('property: any text is read without a crash, and places lie in it', () => {
    const word = fc.constantFrom(
      ...[
        "import('",
        "https://c.example/a.js'",
        ')',
        '{{',
        '}}',
        '<script src="',
        '`',
        '${',
        '/*',
        '*/',
        '//',
        '\\',
        "'",
      ],
      ...[
        'createElement("script")',
        '.src=',
        'document.write(',
        '(',
        '[',
        ']',
        '{',
        '}',
        ';',
        '+',
        'x',
        ' ',
        '\n',
        '<!--',
      ],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const text = words.join('');
        for (const found of [...analyse(text, 'classic'), ...lexicalLoads(text, true)]) {
          assert.ok(found.index >= 0 && found.index <= text.length, text);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('lists, loops and objects', () => {
    const made = "var s=document.createElement('script');s.src=";
    const both = ['createElement https://c.example/a.js', 'createElement https://c.example/b.js'];
    const list = "['https://c.example/a.js','https://c.example/b.js']";
    assert.equal(loads(`var u=${list};for(var i=0;i<u.length;i++){${made}u[i]}`), both);
    assert.equal(loads(`for(const u of ${list}){${made}u}`), both);
    assert.equal(loads(`${list}.forEach(function(u){${made}u})`), both);
    assert.equal(loads(`const all=${list};all.map((u)=>{${made}u})`), both);
    assert.equal(
      loads(`class L{constructor(u){this.u=u} go(){${made}this.u}} new L('https://c.example/a.js').go()`),
      ['createElement https://c.example/a.js'],
    );
    for (const url of [
      "new URL('a.js','https://c.example/')",
      "new URL('a.js','https://c.example/').href",
      "String(new URL('https://c.example/a.js'))",
    ]) {
      assert.equal(loads(`${made}${url}`), ['createElement https://c.example/a.js'], url);
    }
  });

  test('takes as long as the text is', () => {
    const parts = [
      '{{',
      '/*',
      '<!--',
      '`',
      "'",
      '<script ',
      'import("',
      'script:[',
      '.src="//',
      'createElement(',
      'a.src=b;',
    ];
    for (const part of parts) {
      analyse(part.repeat(100_000), 'classic');
      lexicalLoads(part.repeat(50_000), true);
    }
    analyse(`${'('.repeat(100_000)} import("https://c.example/a.js")`, 'classic');
    const names = [...Array(200).keys()].map((i) => `n${i}=n${(i + 1) % 200}+n${(i + 7) % 200};`).join('');
    analyse(`${names}document.createElement('script').src='https://'+n0+n1`, 'classic');
  });
});
