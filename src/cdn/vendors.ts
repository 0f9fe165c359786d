/** Projects that serve their own releases: which npm package and version a URL of theirs is. */
import type { Shape } from './identify.ts';
import { complete, npmName } from './packages.ts';
import { floating, OWN_BUILD } from './shapes.ts';

/** One place of one project. */
export interface Vendor {
  hosts: string[];
  /** Of the decoded path; the group `v` is the version, `n` (where it stands) a part of the name. */
  path: RegExp;
  /** The npm package; `*` stands for the group `n`. */
  name: string;
  /** The paths that follow releases. */
  moving?: RegExp;
  /** The version behind a path that names none. */
  version?: string;
  /** The provider answers each account in its own way, for this reason. */
  mutable?: string;
  cors?: boolean;
  /** Where the paths, and what is said about them, come from. */
  source: string;
}

const V = String.raw`v?(?<v>\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc)[\w.-]*?)?)`;
const at = (before: string, after = '/') => new RegExp(`^/${before}${V}${after}`, 'i');

/** In the order they are asked: the longer path first. */
export const VENDORS: Vendor[] = [
  {
    hosts: ['cdn.datatables.net'],
    path: at('(?:plug-ins/)?'),
    name: 'datatables.net',
    cors: true,
    source: 'https://cdn.datatables.net, which gives tags with integrity and crossorigin',
  },
  {
    hosts: ['cdn.datatables.net'],
    path: at('(?<n>[a-z]+)/'),
    name: 'datatables.net-*',
    cors: true,
    source: 'https://cdn.datatables.net, which gives tags with integrity and crossorigin',
  },
  {
    hosts: ['cdn.plot.ly'],
    path: /^\/plotly-(?:[a-z][a-z0-9]*-)*latest(?:\.min)?\.js$/,
    name: 'plotly.js',
    version: '1.58.5',
    cors: true,
    source: 'plotly/plotly.js#7575 and plotly/dash#1794: "latest" has been 1.58.5 since version 2',
  },
  {
    hosts: ['cdn.plot.ly'],
    path: at('plotly-(?:[a-z][a-z0-9]*-)*', '(?:\\.min)?\\.js$'),
    name: 'plotly.js',
    cors: true,
    source: 'plotly/plotly.js#7575; plotly/plotly.py#5165 writes integrity and crossorigin for it',
  },
  {
    hosts: ['d3js.org'],
    path: at('d3\\.', '(?:\\.min)?\\.js$'),
    name: 'd3',
    moving: /^\/d3(?:\.v\d+)?(?:\.min)?\.js$/,
    source: 'https://d3js.org; "postpublish" in the package.json of d3@7.0.0 writes d3.v7.js anew',
  },
  {
    hosts: ['cdn.ckeditor.com'],
    path: at(
      'ckeditor5/',
      '/(?<n>classic|inline|balloon|balloon-block|decoupled-document|multi-root)/ckeditor\\.js$',
    ),
    name: '@ckeditor/ckeditor5-build-*',
    source: 'docs/builds/guides/integration/installation.md of CKEditor 5',
  },
  {
    hosts: ['cdn.ckeditor.com'],
    path: at('ckeditor5/'),
    name: 'ckeditor5',
    source: 'docs/builds/guides/integration/installation.md of CKEditor 5',
  },
  {
    hosts: ['cdn.ckeditor.com'],
    path: /^\/(?<v>4\.\d+\.\d+)(?:-lts)?\//,
    name: 'ckeditor4',
    source: 'https://cdn.ckeditor.com',
  },
  {
    hosts: ['cdn.quilljs.com'],
    path: at(''),
    name: 'quill',
    source: 'https://quilljs.com/docs/download of version 1',
  },
  {
    hosts: ['code.highcharts.com'],
    path: /^\/(?:stock\/|maps\/|gantt\/)?(?<v>\d+\.\d+\.\d+)\//,
    name: 'highcharts',
    moving: /^\/(?:(?:stock|maps|gantt)\/)?(?:\d+(?:\.\d+)?\/)?(?:[\w-]+\/)*[\w.-]+\.(?:js|css)$/,
    source: 'README.md of highcharts/highcharts-dist',
  },
  {
    hosts: ['code.angularjs.org'],
    path: at('', '/(?<n>angular(?:-[a-z-]+?)?)(?:\\.min)?\\.js$'),
    name: '*',
    source: 'https://code.angularjs.org, to whose folders the documentation of AngularJS links',
  },
  {
    hosts: ['cdn.socket.io'],
    path: at(''),
    name: 'socket.io-client',
    cors: true,
    source: 'https://socket.io/docs/v4/client-installation, which gives tags with integrity and crossorigin',
  },
  {
    hosts: ['cdn.socket.io'],
    path: at('socket\\.io-', '(?:\\.min)?\\.js$'),
    name: 'socket.io-client',
    source: 'socketio/socket.io#2883; without CORS in 2017: #2875',
  },
  {
    hosts: ['vjs.zencdn.net'],
    path: /^\/(?<v>\d+\.\d+\.\d+)\//,
    name: 'video.js',
    moving: /^\/\d+(?:\.\d+)?\//,
    source: 'README.md of videojs/cdn; videojs/video.js#9215',
  },
  {
    hosts: ['api.mapbox.com', 'api.tiles.mapbox.com'],
    path: at('mapbox-gl-js/'),
    name: 'mapbox-gl',
    source: 'https://docs.mapbox.com/mapbox-gl-js/guides/get-started/use-with-cdn/',
  },
  {
    hosts: ['api.mapbox.com', 'api.tiles.mapbox.com'],
    path: at('mapbox\\.js/'),
    name: 'mapbox.js',
    source: 'https://docs.mapbox.com/mapbox.js/api/v3.3.0/standalone/',
  },
  {
    hosts: ['cdn.tiny.cloud'],
    path: /^\/1\/[^/]+\/tinymce\/(?:(?<v>\d+\.\d+\.\d+)(?:-\d+)?\/)?/,
    name: 'tinymce',
    mutable: 'Tiny Cloud writes the settings of the account into the script and changes it between releases',
    source: 'tinymce/tinymce#8401',
  },
  {
    hosts: ['www.chartjs.org', 'chartjs.org'],
    path: at('dist/'),
    name: 'chart.js',
    source: 'samples of Chart.js 2, such as https://www.chartjs.org/dist/2.9.3/Chart.min.js',
  },
];

/** Folders `/library/version/file` as on cdnjs, on hosts that copy it. */
const COPIES = [
  'cdn.bootcdn.net',
  'cdn.bootcss.com',
  'cdn.staticfile.org',
  'cdn.staticfile.net',
  'lib.baomitu.com',
  'pagecdn.io',
  'yastatic.net',
];

/** A copy of cdnjs: what it names is known, what it delivers is not. */
export const copies = {
  hosts: COPIES,
  cors: undefined,
  source: 'tags in public pages, such as https://lib.baomitu.com/jquery/3.4.1/jquery.min.js',
  read(url: URL): Shape | undefined {
    const [, library = '', version = '', file = ''] =
      /^\/(?:ajax\/libs\/|lib\/)?([^/]+)\/v?(\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?)\/(.+)$/.exec(url.pathname) ?? [];
    const name = library === '' ? undefined : npmName(library, version);
    return name === undefined ? undefined : { pin: 'pinned', name, version: complete(version), file };
  },
};

/** What one project's URL names; undefined where the path is none of those described. */
export function vendorShape(vendor: Vendor, url: URL): Shape | undefined {
  const { path, name, moving, mutable } = vendor;
  const found = path.exec(url.pathname);
  if (found === null) return moving?.test(url.pathname) === true ? floating(name, '', '') : undefined;
  const { v: version = vendor.version ?? '', n: part = '' } = found.groups ?? {};
  const known = { name: name.replace('*', part.toLowerCase()), version: complete(version) };
  if (mutable !== undefined) return { ...known, pin: 'mutable', reason: mutable, advice: OWN_BUILD };
  return { ...known, pin: 'pinned' };
}

/** What stands before a version in the URLs of DataTables' download builder. */
const BUILDER: Record<string, string> = {
  jq: 'jquery',
  jqc: 'jquery',
  jszip: 'jszip',
  pdfmake: 'pdfmake',
  dt: 'datatables.net',
  af: 'datatables.net-autofill',
  b: 'datatables.net-buttons',
  cr: 'datatables.net-colreorder',
  fc: 'datatables.net-fixedcolumns',
  fh: 'datatables.net-fixedheader',
  kt: 'datatables.net-keytable',
  r: 'datatables.net-responsive',
  rg: 'datatables.net-rowgroup',
  rr: 'datatables.net-rowreorder',
  sc: 'datatables.net-scroller',
  sb: 'datatables.net-searchbuilder',
  sp: 'datatables.net-searchpanes',
  sl: 'datatables.net-select',
};
const BUILDER_NAMES = new Map(Object.entries(BUILDER));

/** What DataTables' download builder joined: `/v/style/jq-3.7.0/dt-2.3.4/b-3.2.4/datatables.min.js`. */
export const dataTables = {
  hosts: ['cdn.datatables.net'],
  cors: true,
  source: 'https://datatables.net/download, which gives tags with integrity and crossorigin',
  read(url: URL): Shape | undefined {
    if (!url.pathname.startsWith('/v/')) return undefined;
    const parts: NonNullable<Shape['parts']> = [];
    for (const folder of url.pathname.split('/', 100).slice(3)) {
      const [, kind = '', version = ''] = /^([a-z]+)-(\d+\.\d+\.\d+)$/.exec(folder) ?? [];
      const name = BUILDER_NAMES.get(kind);
      if (name !== undefined) parts.push({ name, version, file: '' });
    }
    return { pin: 'pinned', parts };
  },
};
