import { warningFor } from '../../src/cdn/compromised.ts';
import { HOSTS } from '../../src/cdn/hosts.ts';
import { identify } from '../../src/cdn/identify.ts';
import { assert, suite } from '../helpers.ts';

/** `pin purl file`, with `=` where the bytes are npm's. */
function known(url: string): string {
  const resource = identify(new URL(url));
  if (resource === undefined) return 'unknown host';
  const { pin, package: found, npmBytes } = resource;
  return [pin, found?.purl, found?.file, npmBytes ? '=' : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
}

suite('what a CDN URL names', (test) => {
  const rows: [string, string][] = [
    [
      'https://cdnjs.cloudflare.com/ajax/libs/three.js/r128/three.min.js',
      'pinned pkg:npm/three@0.128.0 three.min.js',
    ],
    [
      'https://ajax.googleapis.com/ajax/libs/angularjs/1.8.2/angular-sanitize.min.js',
      'pinned pkg:npm/angular-sanitize@1.8.2 angular-sanitize.min.js',
    ],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/UAParser.js/0.7.31/ua-parser.min.js',
      'pinned pkg:npm/ua-parser-js@0.7.31 ua-parser.min.js',
    ],
    ['https://code.jquery.com/jquery-3.7.1.min', 'pinned pkg:npm/jquery@3.7.1 dist/jquery.min'],
    ['https://cdn.ampproject.org/v0.js', 'mutable'],
    ['https://pro.fontawesome.com/releases/v5.15.4/css/all.css', 'pinned'],
    ['https://raw.githubusercontent.com/user/repo/main/dist/a.js', 'floating'],
    [`https://raw.githack.com/user/repo/${'a'.repeat(40)}/a.js`, 'pinned'],
    ['https://cdn.statically.io/gh/user/repo@1.2.3/a.js', 'pinned'],
    ['https://cdn.statically.io/gh/user/repo/a.js', 'floating'],
    [
      'https://cdn.jsdelivr.net/npm/jquery@3.7.1/dist/jquery.min.js',
      'pinned pkg:npm/jquery@3.7.1 dist/jquery.min.js =',
    ],
    [
      'https://cdn.jsdelivr.net/npm/@popperjs/core@2.11.8/dist/umd/popper.min.js?x#y',
      'pinned pkg:npm/%40popperjs/core@2.11.8 dist/umd/popper.min.js =',
    ],
    [
      'https://cdn.jsdelivr.net/npm/%40popperjs/core@2.11.8/a.js',
      'pinned pkg:npm/%40popperjs/core@2.11.8 a.js =',
    ],
    ['https://fastly.jsdelivr.net/npm/a@1.0.0-rc.1/b.js', 'pinned pkg:npm/a@1.0.0-rc.1 b.js ='],
    ['https://cdn.jsdelivr.net/npm/vue', 'floating pkg:npm/vue'],
    ['https://cdn.jsdelivr.net/npm/vue@3', 'floating pkg:npm/vue'],
    ['https://cdn.jsdelivr.net/npm/vue@3.4/dist/vue.js', 'floating pkg:npm/vue dist/vue.js'],
    ['https://cdn.jsdelivr.net/npm/vue@latest/dist/vue.js', 'floating pkg:npm/vue dist/vue.js'],
    ['https://cdn.jsdelivr.net/npm/vue@^3.0.0/dist/vue.js', 'floating pkg:npm/vue dist/vue.js'],
    ['https://cdn.jsdelivr.net/npm/htmx.org@1.9.12', 'generated pkg:npm/htmx.org@1.9.12'],
    ['https://cdn.jsdelivr.net/npm/vue@3.4.21/+esm', 'generated pkg:npm/vue@3.4.21'],
    ['https://cdn.jsdelivr.net/combine/npm/a@1.0.0,npm/b@1.0.0', 'generated'],
    ['https://cdn.jsdelivr.net/gh/user/repo@1.2.3/a.js', 'pinned'],
    ['https://cdn.jsdelivr.net/gh/user/repo@master/a.js', 'floating'],
    ['https://cdn.jsdelivr.net/gh/user/repo/a.js', 'floating'],
    [`https://cdn.jsdelivr.net/gh/user/repo@${'0'.repeat(40)}/a.js`, 'pinned'],
    ['https://cdn.jsdelivr.net/wp/plugins/x/tags/1.0/a.js', 'pinned'],
    ['https://cdn.jsdelivr.net/wp/plugins/x/trunk/a.js', 'floating'],
    ['https://esm.run/vue@3.4.21', 'generated'],
    ['https://unpkg.com/leaflet@1.9.4/dist/leaflet.js', 'pinned pkg:npm/leaflet@1.9.4 dist/leaflet.js ='],
    ['https://unpkg.com/htmx.org@1.9.12', 'pinned pkg:npm/htmx.org@1.9.12'],
    ['https://unpkg.com/react@latest/umd/react.js', 'floating pkg:npm/react umd/react.js'],
    ['https://unpkg.com/vue@3.4.21/a.js?module', 'generated pkg:npm/vue@3.4.21 a.js'],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/lodash.js/4.17.20/lodash.min.js',
      'pinned pkg:npm/lodash@4.17.20 lodash.min.js',
    ],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/font-awesome/4.7.0/css/font-awesome.min.css',
      'pinned pkg:npm/font-awesome@4.7.0 css/font-awesome.min.css',
    ],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/font-awesome/6.5.1/css/all.min.css',
      'pinned pkg:npm/%40fortawesome/fontawesome-free@6.5.1 css/all.min.css',
    ],
    ['https://cdnjs.cloudflare.com/ajax/libs/no-such-library/1.0.0/a.js', 'pinned'],
    ['https://cdnjs.cloudflare.com/polyfill/v3/polyfill.min.js?features=es6', 'mutable'],
    [
      'https://ajax.googleapis.com/ajax/libs/jquery/3.7.1/jquery.min.js',
      'pinned pkg:npm/jquery@3.7.1 jquery.min.js',
    ],
    ['https://ajax.googleapis.com/ajax/libs/jquery/3/jquery.min.js', 'floating pkg:npm/jquery'],
    ['https://code.jquery.com/jquery-3.7.1.min.js', 'pinned pkg:npm/jquery@3.7.1 dist/jquery.min.js ='],
    [
      'https://code.jquery.com/jquery-3.7.1.slim.min.js',
      'pinned pkg:npm/jquery@3.7.1 dist/jquery.slim.min.js =',
    ],
    ['https://code.jquery.com/jquery-latest.min.js', 'floating pkg:npm/jquery'],
    [
      'https://code.jquery.com/ui/1.13.2/jquery-ui.min.js',
      'pinned pkg:npm/jquery-ui@1.13.2 jquery-ui.min.js',
    ],
    [
      'https://maxcdn.bootstrapcdn.com/bootstrap/3.3.7/css/bootstrap.min.css',
      'pinned pkg:npm/bootstrap@3.3.7 dist/css/bootstrap.min.css =',
    ],
    [
      'https://stackpath.bootstrapcdn.com/font-awesome/4.7.0/css/font-awesome.min.css',
      'pinned pkg:npm/font-awesome@4.7.0 css/font-awesome.min.css =',
    ],
    [
      'https://ajax.aspnetcdn.com/ajax/bootstrap/3.3.7/bootstrap.min.js',
      'pinned pkg:npm/bootstrap@3.3.7 dist/js/bootstrap.min.js =',
    ],
    ['https://ajax.aspnetcdn.com/ajax/jQuery/jquery-3.6.0.min.js', 'pinned pkg:npm/jquery@3.6.0'],
    [
      'https://use.fontawesome.com/releases/v5.15.4/css/all.css',
      'pinned pkg:npm/%40fortawesome/fontawesome-free@5.15.4 css/all.css',
    ],
    ['https://esm.sh/react@18.2.0', 'generated pkg:npm/react@18.2.0'],
    ['https://esm.sh/v135/react@18.2.0/es2022/react.mjs', 'generated pkg:npm/react@18.2.0 es2022/react.mjs'],
    ['https://esm.sh/react', 'floating pkg:npm/react'],
    ['https://ga.jspm.io/npm:react@18.2.0/index.js', 'pinned pkg:npm/react@18.2.0 index.js'],
    ['https://cdn.skypack.dev/react@17.0.1', 'generated pkg:npm/react@17.0.1'],
    ['https://cdn.jsdelivr.net/jquery/3.1.1/jquery.min.js', 'pinned pkg:npm/jquery@3.1.1 jquery.min.js'],
    ['https://esm.sh/react@18.2.0?target=es2022&dev', 'generated pkg:npm/react@18.2.0'],
    ['https://esm.sh/*swr@1.3.0', 'generated pkg:npm/swr@1.3.0'],
    ['https://esm.sh/react@18.2.0&dev', 'generated pkg:npm/react@18.2.0'],
    [
      'https://esm.sh/@emotion/react@11.10.5&external=react/x',
      'generated pkg:npm/%40emotion/react@11.10.5 x',
    ],
    [
      'https://esm.sh/stable/react@18.2.0/es2022/react.mjs',
      'generated pkg:npm/react@18.2.0 es2022/react.mjs',
    ],
    ['https://esm.sh/gh/user/repo@1.0.0', 'unknown'],
    ['https://esm.sh/v135/gh/user/repo@1.0.0/x.js', 'unknown'],
    ['https://esm.sh/jsr/@std/encoding@1.0.0', 'unknown'],
    ['https://jspm.dev/npm:react@18.2.0', 'generated pkg:npm/react@18.2.0'],
    [
      'https://cdn.skypack.dev/pin/react@v17.0.1-yH0aYV1FOvoIPeKBbHxg/mode=imports/optimized/react.js',
      'generated pkg:npm/react@17.0.1',
    ],
    [
      'https://cdn.skypack.dev/pin/x@v1.0.0-beta.1-yH0aYV1FOvoIPeKBbHxg/mode=imports/optimized/x.js',
      'generated pkg:npm/x@1.0.0-beta.1',
    ],
    ['https://cdn.skypack.dev/x@1.0.0-beta.1', 'generated pkg:npm/x@1.0.0-beta.1'],
    ['https://code.jquery.com/mobile/1.4.5/jquery.mobile-1.4.5.min.js', 'pinned pkg:npm/jquery-mobile@1.4.5'],
    ['https://code.jquery.com/color/jquery.color-2.1.2.min.js', 'pinned pkg:npm/jquery-color@2.1.2'],
    ['https://code.jquery.com/qunit/qunit-2.9.2.js', 'pinned pkg:npm/qunit@2.9.2'],
    ['https://code.jquery.com/jquery-1.7.min.js', 'pinned pkg:npm/jquery@1.7.0 dist/jquery.min.js'],
    [
      'https://code.jquery.com/jquery-migrate-1.2.1.min.js',
      'pinned pkg:npm/jquery-migrate@1.2.1 dist/jquery-migrate.min.js',
    ],
    [
      'https://ajax.aspnetcdn.com/ajax/jquery.migrate/jquery-migrate-3.0.0.min.js',
      'pinned pkg:npm/jquery-migrate@3.0.0',
    ],
    [
      'https://ajax.aspnetcdn.com/ajax/jquery.mobile/1.4.5/jquery.mobile-1.4.5.min.js',
      'pinned pkg:npm/jquery-mobile@1.4.5',
    ],
    [
      'https://ajax.aspnetcdn.com/ajax/jquery.dataTables/1.9.4/jquery.dataTables.min.js',
      'pinned pkg:npm/datatables.net@1.9.4',
    ],
    [
      'https://netdna.bootstrapcdn.com/twitter-bootstrap/2.3.2/js/bootstrap.min.js',
      'pinned pkg:npm/bootstrap@2.3.2',
    ],
    [
      'https://cdn.datatables.net/1.10.20/js/jquery.dataTables.min.js',
      'pinned pkg:npm/datatables.net@1.10.20',
    ],
    [
      'https://cdn.datatables.net/buttons/1.6.1/js/dataTables.buttons.min.js',
      'pinned pkg:npm/datatables.net-buttons@1.6.1',
    ],
    ['https://cdn.datatables.net/plug-ins/1.10.20/i18n/German.json', 'pinned pkg:npm/datatables.net@1.10.20'],
    ['https://cdn.plot.ly/plotly-2.27.0.min.js', 'pinned pkg:npm/plotly.js@2.27.0'],
    ['https://cdn.plot.ly/plotly-basic-1.58.4.min.js', 'pinned pkg:npm/plotly.js@1.58.4'],
    ['https://cdn.plot.ly/plotly-latest.min.js', 'pinned pkg:npm/plotly.js@1.58.5'],
    ['https://cdn.plot.ly/plotly-basic-latest.min.js', 'pinned pkg:npm/plotly.js@1.58.5'],
    ['https://d3js.org/d3.v7.min.js', 'floating pkg:npm/d3'],
    ['https://code.highcharts.com/highcharts.js', 'floating pkg:npm/highcharts'],
    ['https://code.highcharts.com/stock/modules/exporting.js', 'floating pkg:npm/highcharts'],
    ['https://code.highcharts.com/11.2/css/highcharts.css', 'floating pkg:npm/highcharts'],
    ['https://code.highcharts.com/stock/11.4.8/highstock.js', 'pinned pkg:npm/highcharts@11.4.8'],
    ['https://vjs.zencdn.net/5.8/video.js', 'floating pkg:npm/video.js'],
    ['https://vjs.zencdn.net/8.23.6/video.min.js', 'pinned pkg:npm/video.js@8.23.6'],
    ['https://cdn.ckeditor.com/4.25.1-lts/standard/ckeditor.js', 'pinned pkg:npm/ckeditor4@4.25.1'],
    ['https://cdn.ckeditor.com/3.6.4/ckeditor.js', 'unknown host'],
    ['https://cdn.ckeditor.com/ckeditor5/38.1.1/super-build/ckeditor.js', 'pinned pkg:npm/ckeditor5@38.1.1'],
    ['https://api.mapbox.com/mapbox.js/v3.3.1/mapbox.js', 'pinned pkg:npm/mapbox.js@3.3.1'],
    ['https://d3js.org/d3.v5.16.0.min.js', 'pinned pkg:npm/d3@5.16.0'],
    ['https://cdn.ckeditor.com/4.14.0/standard/ckeditor.js', 'pinned pkg:npm/ckeditor4@4.14.0'],
    [
      'https://cdn.ckeditor.com/ckeditor5/18.0.0/classic/ckeditor.js',
      'pinned pkg:npm/%40ckeditor/ckeditor5-build-classic@18.0.0',
    ],
    ['https://code.angularjs.org/1.7.8/angular-sanitize.min.js', 'pinned pkg:npm/angular-sanitize@1.7.8'],
    ['https://cdn.socket.io/4.0.1/socket.io.min.js', 'pinned pkg:npm/socket.io-client@4.0.1'],
    ['https://cdn.socket.io/socket.io-1.4.5.js', 'pinned pkg:npm/socket.io-client@1.4.5'],
    ['https://api.mapbox.com/mapbox-gl-js/v1.12.0/mapbox-gl.js', 'pinned pkg:npm/mapbox-gl@1.12.0'],
    ['https://cdn.tiny.cloud/1/key/tinymce/5.10.2-126/tinymce.min.js', 'mutable pkg:npm/tinymce@5.10.2'],
    ['https://cdn.tiny.cloud/1/no-api-key/tinymce/7.1/tinymce.min.js', 'mutable pkg:npm/tinymce'],
    ['https://cdn.bootcss.com/jquery/3.4.1/jquery.min.js', 'pinned pkg:npm/jquery@3.4.1 jquery.min.js'],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/datatables/1.10.20/js/jquery.dataTables.min.js',
      'pinned pkg:npm/datatables.net@1.10.20 js/jquery.dataTables.min.js',
    ],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/URI.js/1.19.1/URI.min.js',
      'pinned pkg:npm/urijs@1.19.1 URI.min.js',
    ],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/fancybox/3.5.7/jquery.fancybox.min.js',
      'pinned pkg:npm/%40fancyapps/fancybox@3.5.7 jquery.fancybox.min.js',
    ],
    [
      'https://use.fontawesome.com/releases/v4.7.0/css/font-awesome-css.min.css',
      'pinned pkg:npm/font-awesome@4.7.0 css/font-awesome-css.min.css',
    ],
    ['https://fonts.googleapis.com/css2?family=Inter', 'mutable'],
    ['https://www.google.com/recaptcha/api.js', 'mutable'],
    ['https://www.google.com/other.js', 'unknown host'],
    ['https://cdn.tailwindcss.com/3.4.1', 'generated'],
    ['https://kit.fontawesome.com/abc.js', 'mutable'],
    ['https://cdn.example.org/a.js', 'unknown host'],
    ['https://evilcdn.jsdelivr.net.example/npm/a@1.0.0/a.js', 'unknown host'],
    ['https://cdn.jsdelivr.net/npm/__proto__@1.0.0/a.js', 'pinned pkg:npm/__proto__@1.0.0 a.js ='],
    ['https://cdnjs.cloudflare.com/ajax/libs/constructor/1.0.0/a.js', 'pinned'],
    ['https://cdn.jsdelivr.net/npm/%E0%A4%A@1.0.0/a.js', 'unknown'],
  ];
  for (const [url, wanted] of rows) test(url, () => assert.is(known(url), wanted));

  test('a URL that joins files names each package', () => {
    const url =
      'https://cdn.jsdelivr.net/combine/npm/jquery@3.4.1,npm/@scope/b@4.3.1/dist/b.js,npm/vue@3,gh/a/b';
    assert.equal(
      identify(new URL(url))?.parts?.map(({ purl }) => purl),
      ['pkg:npm/jquery@3.4.1', 'pkg:npm/%40scope/b@4.3.1', 'pkg:npm/vue'],
    );
  });

  test('each package that the builder of DataTables joined', () => {
    const url =
      'https://cdn.datatables.net/v/bs5/jq-3.3.1/jszip-3.10.1/dt-1.13.6/b-2.4.2/b-html5-2.4.2/datatables.min.js';
    assert.equal(
      identify(new URL(url))?.parts?.map(({ purl }) => purl),
      [
        'pkg:npm/jquery@3.3.1',
        'pkg:npm/jszip@3.10.1',
        'pkg:npm/datatables.net@1.13.6',
        'pkg:npm/datatables.net-buttons@2.4.2',
      ],
    );
  });

  test('every host names the source of what is said about it', () => {
    for (const { hosts, source } of HOSTS) assert.ok(source.length > 10, hosts.join());
  });

  test('knows the hosts that delivered malware, with everything below them', () => {
    for (const host of [
      'polyfill.io',
      'cdn.polyfill.io',
      'cdn.staticfile.org',
      'cdn.bootcss.com',
      'cdn.bootcdn.net.',
    ]) {
      assert.ok(warningFor(new URL(`https://${host}/a.js`)), host);
    }
    assert.is(warningFor(new URL('https://notpolyfill.io/a.js')), undefined);
  });
});
