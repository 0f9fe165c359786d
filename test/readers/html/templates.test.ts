import fc from 'fast-check';
import { templateBlocks, withoutTemplates } from '../../../src/readers/html/templates.ts';
import { readSite } from '../../../src/site.ts';
import { assert, suite } from '../../helpers.ts';
import { CDN, ioWith, script } from '../../pages.ts';

async function found(file: string, page: string): Promise<string[]> {
  const site = await readSite(ioWith({ [file]: page }), [file], { site: 'https://site.test' });
  assert.equal(site.gaps, []);
  return site.loads.map(({ verdict, url }) => `${verdict ?? 'fine'} ${url.replace(CDN, '')}`);
}

const JS = (name: string) => script(`src="${CDN}${name}.js"`);
const blocks = (page: string, engine = true) =>
  templateBlocks(Buffer.from(page), 0, engine).map(({ start, end }) => page.slice(start, end));

suite('pages that a server fills in', (test) => {
  const rows: [string, string, string, string[]][] = [
    [
      'comments of PHP',
      'a.php',
      `<?php # it's ${JS('a')}\n /* ${JS('b')} */ // ${JS('c')}\n echo '${JS('d')}';`,
      ['injected-script d.js'],
    ],
    [
      'code in a comment of the page',
      'a.php',
      `<!-- <?php echo '${JS('a')}' ?> --><script><!--\n <?php echo 1 ?> --></script><?= '${JS('b')}' ?><!-- ${JS('c')} -->`,
      ['injected-script b.js'],
    ],
    [
      'unescaped output of Blade',
      'a.php',
      `<script {!! $a->b !!} src="${CDN}a.js"></script><script src="//{!! $host !!}/b.js"></script>`,
      ['missing-sri a.js', 'dynamic-url //{!! $host !!}/b.js'],
    ],
    [
      'what Liquid keeps for itself',
      'a.liquid',
      `{% schema %}{"a": "${JS('a')}"}{% endschema %}{% doc %}${JS('b')}{% enddoc %}${JS('c')}`,
      ['missing-sri c.js'],
    ],
    [
      'helpers of frameworks',
      'a.php',
      `<?php echo Html::script('${CDN}a.js'); $this->registerCssFile("${CDN}b.css"); $doc->addScript('${CDN}c.js'); ?>`,
      ['injected-script a.js', 'injected-script b.css', 'injected-script c.js'],
    ],
    [
      'a ">" of PHP ends no tag',
      'a.php',
      `<script <?php if ($x > 1): ?>async<?php endif ?> src="${CDN}a.js"></script>`,
      ['missing-sri a.js'],
    ],
    [
      'quotes of PHP end no value',
      'a.php',
      `<script src="<?= $x ? "a" : "b" ?>/x.js"></script>${script(`src="${CDN}<?= $v["x"] ?>/b.js"`)}`,
      ['dynamic-url <?= $v["x"] ?>/b.js'],
    ],
    [
      'attributes that a condition adds count',
      'a.twig',
      `<script src="${CDN}a.js" {% if a > b %}integrity="sha1-x"{% endif %}></script>`,
      ['ineffective-sri a.js'],
    ],
    [
      'a "<" of a condition begins no tag',
      'a.njk',
      `{% if a <b %}${JS('a')}{% endif %}`,
      ['missing-sri a.js'],
    ],
    [
      'helpers with ">"',
      'a.html',
      `<script {{#if a > b}}defer{{/if}} src=${CDN}a.js></script>`,
      ['missing-sri a.js'],
    ],
    [
      'unquoted values',
      'a.erb',
      `<script src=<%= a > b %>/a.js></script>${script(`src=${CDN}<%= v %>.js`)}`,
      ['dynamic-url <%= v %>.js'],
    ],
    [
      'comments of templates',
      'a.hbs',
      `{{!-- ${JS('1')} --}}{{! ${JS('2')} }}<%# ${JS('3')} %><%-- ${JS('4')} --%>{# ${JS('5')} #}{% comment %}${JS('6')}{% endcomment %}${JS('7')}`,
      ['missing-sri 7.js'],
    ],
    [
      'braces of a static page hide nothing',
      'a.html',
      `<p>{{ {#</p>${JS('a')}<p>#} }}</p><!-- {{ -->${JS('b')}<!-- }} -->`,
      ['missing-sri a.js', 'missing-sri b.js'],
    ],
    [
      'a comment that is not closed hides nothing',
      'a.liquid',
      `{% comment %}${JS('a')}`,
      ['missing-sri a.js'],
    ],
    [
      'what PHP echoes',
      'a.php',
      `<?php echo "<script src=\\"${CDN}a.js\\"></script>"; echo '<link rel=stylesheet href="${CDN}' . $v . '/a.css">'; /* ${JS('no')} */ // ${JS('no')}`,
      ['injected-script a.js', 'injected-script '],
    ],
    [
      'what looks like PHP in a static page',
      'a.html',
      `<? ${JS('a')}${JS('b')} ?>`,
      ['injected-script a.js', 'injected-script b.js'],
    ],
    [
      'WordPress',
      'a.php',
      `<?php wp_enqueue_script('x', '${CDN}a.js', [], null); wp_register_style( "y", "${CDN}a.css" );`,
      ['injected-script a.js', 'injected-script a.css'],
    ],
    [
      'Rails',
      'a.erb',
      `<%= javascript_include_tag "${CDN}a.js", defer: true %><%= stylesheet_link_tag '${CDN}a.css' %>`,
      ['injected-script a.js', 'injected-script a.css'],
    ],
    [
      'strings of PHP with its end',
      'a.php',
      `<?php $a = '?>'; # don't ?>${JS('a')}<?php /* ?> ${JS('no')} */ ?>`,
      ['missing-sri a.js'],
    ],
    [
      'URLs that a template begins',
      'a.ejs',
      [
        '<%= p %>://x.test/a.js',
        '{% if a %}https://x.test/b.js{% else %}/b.js{% endif %}',
        '<%= root %>//c.js',
        '{{ u }}',
        'https://<%= host %>/d.js',
      ]
        .map((url) => script(`src="${url}"`))
        .join(''),
      [
        'dynamic-url <%= p %>://x.test/a.js',
        'dynamic-url {% if a %}https://x.test/b.js{% else %}/b.js{% endif %}',
        'dynamic-url https://<%= host %>/d.js',
      ],
    ],
    [
      'integrity that a template fills in',
      'a.twig',
      script(`src="${CDN}a.js" integrity="{{ x ? "a" : 'b' }}" crossorigin`),
      ['fine a.js'],
    ],
    [
      'scripts with braces',
      'a.html',
      `<script>var a="{{";</script>${JS('a')}<style>a{b:{{c}}}</style>`,
      ['missing-sri a.js'],
    ],
  ];
  for (const [name, file, page, wanted] of rows)
    test(name, async () => assert.equal(await found(file, page), wanted));

  test('what template code chooses, writes and hides', async () => {
    const url = (name: string) => `https://c.example/${name}`;
    assert.equal(
      await found(
        'a.html',
        `<script {% if x %}src="${url('a.js')}"{% else %}src="${url('b.js')}"{% endif %}></script>`,
      ),
      [`missing-sri ${url('a.js')}`, `missing-sri ${url('b.js')}`],
    );
    assert.equal(
      await found(
        'a.liquid',
        `{{ '${url('a.js')}' | script_tag }}{{ "${url('a.css')}" | stylesheet_tag: media: 'all' }}{{ 'own.js' | asset_url | script_tag }}`,
      ),
      [`injected-script ${url('a.js')}`, `injected-script ${url('a.css')}`],
    );
    assert.equal(
      await found('a.php', `<?php $x = <<<HTML\nit's\nHTML;\n?><script src="${url('a.js')}"></script>`),
      [`missing-sri ${url('a.js')}`],
    );
    assert.equal(await found('a.html', `<?x ?><script src="${url('a.js')}"></script>`), [
      `missing-sri ${url('a.js')}`,
    ]);
  });

  test('knows the blocks of each engine', () => {
    const page = `<?php a('?>') ?>x<% b %><%= c %>{{ d }}{{{ e }}}{% f %}\${ g }{# h #}<?xml i?>`;
    assert.equal(blocks(page), [
      "<?php a('?>') ?>",
      '<% b %>',
      '<%= c %>',
      '{{ d }}',
      '{{{ e }}}',
      '{% f %}',
      '${ g }',
      '{# h #}',
    ]);
    assert.equal(blocks('<p>{ a }</p> $x {', false), []);
    assert.equal(blocks('x<?php echo 1;'), ['<?php echo 1;']);
    assert.equal(blocks('x<?php echo 1;', false), []);
  });

  test('hostile syntax ends in time', () => {
    for (const unit of [
      '{{',
      '<?',
      '<?php ',
      '<%',
      '${',
      "<?php '",
      '<?php /*',
      '{{}}<link',
      '{%',
      '{% comment %}',
      '{{<script',
      '{{!--',
    ]) {
      for (const engine of [true, false]) blocks(unit.repeat(200_000), engine);
    }
  });

  test('property: opaque blocks keep every other byte in its place', () => {
    const piece = fc.constantFrom(
      '<?php ',
      '?>',
      '<%',
      '%>',
      '{{',
      '}}',
      '{%',
      '%}',
      '${',
      '}',
      '<script',
      '>',
      'a',
      '"',
      "'",
      '/*',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.boolean(), (pieces, engine) => {
        const bytes = Buffer.from(pieces.join(''));
        const found = templateBlocks(bytes, 0, engine);
        const masked = withoutTemplates(bytes, found);
        assert.is(masked.length, bytes.length);
        let at = 0;
        for (const { start, end } of found) {
          assert.ok(start >= at && end > start && end <= bytes.length);
          assert.ok(bytes.subarray(at, start).equals(masked.subarray(at, start)));
          at = end;
        }
        assert.ok(bytes.subarray(at).equals(masked.subarray(at)));
      }),
    );
  });
});
