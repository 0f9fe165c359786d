/** Projects that serve their own releases: which npm package and version a URL of theirs is. */
import type { Shape } from './identify.ts';
import { complete, npmName } from './packages.ts';

/** One place of one project. */
export interface Vendor {
  hosts: string[];
  /** Of the decoded path; the group `v` is the version, `n` (where it stands) a part of the name. */
  path: RegExp;
  /** The npm package; `*` stands for the group `n`. */
  name: string;
  cors?: boolean;
  source: string;
}

const V = String.raw`v?(?<v>\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc)[\w.-]*?)?)`;
const at = (before: string, after = '/') => new RegExp(`^/${before}${V}${after}`, 'i');

/** In the order they are asked: the longer path first. */
export const VENDORS: Vendor[] = [
  {
    hosts: ['cdn.datatables.net'],
    path: at('(?:v/[\\w-]+/(?:[\\w-]+/)*(?:jq-[\\d.]+/)?(?:dt|jqc)-|plug-ins/)?'),
    name: 'datatables.net',
    source: 'https://cdn.datatables.net',
  },
  {
    hosts: ['cdn.datatables.net'],
    path: at('(?<n>[a-z]+)/'),
    name: 'datatables.net-*',
    source: 'https://cdn.datatables.net',
  },
  {
    hosts: ['cdn.plot.ly'],
    path: at('plotly-(?:[a-z][a-z0-9]*-)*', '(?:\\.min)?\\.js$'),
    name: 'plotly.js',
    cors: true,
    source: 'https://plotly.com/javascript/getting-started/#plotlyjs-cdn',
  },
  {
    hosts: ['d3js.org'],
    path: at('d3\\.', '(?:\\.min)?\\.js$'),
    name: 'd3',
    source: 'https://d3js.org/getting-started',
  },
  {
    hosts: ['cdn.ckeditor.com'],
    path: at('ckeditor5/', '/(?<n>[a-z-]+)/ckeditor\\.js$'),
    name: '@ckeditor/ckeditor5-build-*',
    source: 'https://ckeditor.com/docs/ckeditor5/latest/getting-started/legacy/installation/quick-start.html',
  },
  {
    hosts: ['cdn.ckeditor.com'],
    path: at('ckeditor5/'),
    name: 'ckeditor5',
    source:
      'https://ckeditor.com/docs/ckeditor5/latest/getting-started/licensing/license-key-and-activation.html',
  },
  { hosts: ['cdn.ckeditor.com'], path: at(''), name: 'ckeditor4', source: 'https://cdn.ckeditor.com' },
  { hosts: ['cdn.quilljs.com'], path: at(''), name: 'quill', source: 'https://quilljs.com/docs/download' },
  {
    hosts: ['code.highcharts.com'],
    path: at('(?:stock/|maps/|gantt/)?'),
    name: 'highcharts',
    source: 'https://code.highcharts.com',
  },
  {
    hosts: ['code.angularjs.org'],
    path: at('', '/(?<n>angular(?:-[a-z-]+?)?)(?:\\.min)?\\.js$'),
    name: '*',
    source: 'https://code.angularjs.org',
  },
  {
    hosts: ['cdn.socket.io'],
    path: at('(?:socket\\.io-)?', '(?:/|\\.js$|\\.min\\.js$)'),
    name: 'socket.io-client',
    cors: true,
    source: 'https://socket.io/docs/v4/client-installation/#standalone-build',
  },
  {
    hosts: ['vjs.zencdn.net'],
    path: at(''),
    name: 'video.js',
    source: 'https://videojs.com/getting-started#video-js-cdn',
  },
  {
    hosts: ['api.mapbox.com', 'api.tiles.mapbox.com'],
    path: at('mapbox-gl-js/'),
    name: 'mapbox-gl',
    source: 'https://docs.mapbox.com/mapbox-gl-js/guides/install/',
  },
  {
    hosts: ['cdn.tiny.cloud'],
    path: at('1/[^/]+/tinymce/', '(?:-\\d+)?/'),
    name: 'tinymce',
    source: 'https://www.tiny.cloud/docs/tinymce/latest/editor-plugin-version/',
  },
  {
    hosts: ['www.chartjs.org', 'chartjs.org'],
    path: at('dist/'),
    name: 'chart.js',
    source: 'https://www.chartjs.org/docs/latest/getting-started/installation.html',
  },
  {
    hosts: ['cdn.jquerytools.org'],
    path: at(''),
    name: 'jquery-tools',
    source: 'https://jquerytools.github.io/download/',
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
  source: 'each serves /library/version/file, as its front page shows',
  read(url: URL): Shape | undefined {
    const [, library = '', version = '', file = ''] =
      /^\/(?:ajax\/libs\/|lib\/)?([^/]+)\/v?(\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?)\/(.+)$/.exec(url.pathname) ?? [];
    const name = library === '' ? undefined : npmName(library, version);
    return name === undefined ? undefined : { pin: 'pinned', name, version: complete(version), file };
  },
};

/** What one project's URL names; a URL without a whole version follows its releases. */
export function vendorShape({ path, name }: Vendor, url: URL): Shape | undefined {
  const groups = path.exec(url.pathname)?.groups;
  if (groups?.v === undefined) return undefined;
  const { v: version, n: part = '' } = groups;
  return { pin: 'pinned', name: name.replace('*', part.toLowerCase()), version: complete(version) };
}
