/** The hosts that carry npm packages, and how their URLs name them. */
import { esmSh, jspm, jspmDev, skypack } from './builders.ts';
import type { Shape } from './identify.ts';
import { LOADERS, type Loader } from './loaders.ts';
import {
  aspnet,
  bootstrapCdn,
  fontAwesome,
  jqueryCdn,
  jsdelivr,
  library,
  OWN_BUILD,
  repositoryFile,
  unpkg,
} from './shapes.ts';
import { copies, dataTables, VENDORS, vendorShape } from './vendors.ts';

/** One provider. */
export interface Host {
  hosts: string[];
  /** Sends `access-control-allow-origin: *`. */
  cors: boolean | undefined;
  /** Where this knowledge comes from. */
  source: string;
  /** Undefined when the URL is none of this provider's known shapes. */
  read(url: URL): Shape | undefined;
}

function loader(entry: Loader): Host {
  const { hosts, path, reason, advice, cors, source } = entry;
  const pin = entry.pin ?? 'mutable';
  return {
    hosts,
    cors,
    source,
    read: (url) =>
      path === undefined || path.test(url.pathname)
        ? { pin, reason, ...(advice === undefined ? {} : { advice }) }
        : undefined,
  };
}

const JSDELIVR =
  'https://www.jsdelivr.com/documentation, https://www.jsdelivr.com/using-sri-with-dynamic-files';

/** In the order they are asked. */
export const HOSTS: Host[] = [
  {
    hosts: ['cdn.jsdelivr.net', 'fastly.jsdelivr.net', 'gcore.jsdelivr.net', 'testingcf.jsdelivr.net'],
    cors: true,
    source: JSDELIVR,
    read: jsdelivr,
  },
  {
    hosts: ['esm.run'],
    cors: true,
    source: 'https://www.jsdelivr.com/esm',
    read: () => ({ pin: 'generated', reason: 'jsDelivr builds the file on request', advice: OWN_BUILD }),
  },
  { hosts: ['unpkg.com', 'www.unpkg.com'], cors: true, source: 'https://unpkg.com', read: unpkg },
  ...LOADERS.map(loader),
  {
    hosts: ['cdnjs.cloudflare.com'],
    cors: true,
    source: 'https://cdnjs.com/about; it minifies for itself: cdnjs/cdnjs#14210',
    read: library('/ajax/libs/'),
  },
  {
    hosts: ['ajax.googleapis.com'],
    cors: true,
    source: 'https://developers.google.com/speed/libraries; with integrity: Synzvato/decentraleyes#161',
    read: library('/ajax/libs/'),
  },
  {
    hosts: ['code.jquery.com'],
    cors: true,
    source: 'https://releases.jquery.com, which gives tags with integrity',
    read: jqueryCdn,
  },
  {
    hosts: ['*.bootstrapcdn.com', 'bootstrapcdn.com'],
    cors: true,
    source: 'https://www.bootstrapcdn.com, which gave tags with integrity',
    read: bootstrapCdn,
  },
  {
    hosts: ['ajax.aspnetcdn.com', 'ajax.microsoft.com'],
    cors: true,
    source: 'https://learn.microsoft.com/aspnet/ajax/cdn/overview; with integrity: aspnet/Templating#595',
    read: aspnet,
  },
  {
    hosts: ['use.fontawesome.com', 'pro.fontawesome.com'],
    cors: true,
    source: 'FortAwesome/Font-Awesome#16691, #12170; files of accounts: mytakedotorg/mtdo#141',
    read: fontAwesome,
  },
  { hosts: ['esm.sh', 'cdn.esm.sh', 'esm.unpkg.com'], cors: true, source: 'https://esm.sh', read: esmSh },
  { hosts: ['ga.jspm.io'], cors: true, source: 'https://jspm.org; rails/importmap-rails#304', read: jspm },
  {
    hosts: ['cdn.skypack.dev', 'cdn.pika.dev'],
    cors: true,
    source:
      'skypackjs/skypack-cdn#131 (addresses), #267 (its state); pika was its name: octokit/octokit.js#1947',
    read: skypack,
  },
  {
    hosts: ['jspm.dev', 'dev.jspm.io'],
    cors: true,
    source: 'https://jspm.org/cdn/jspm-dev',
    read: jspmDev,
  },
  {
    hosts: ['raw.githubusercontent.com', 'raw.githack.com', 'rawcdn.githack.com', 'cdn.statically.io'],
    cors: true,
    source: 'https://raw.githack.com, https://statically.io/docs/',
    read: repositoryFile,
  },
  dataTables,
  ...VENDORS.map((vendor) => ({
    hosts: vendor.hosts,
    cors: vendor.cors,
    source: vendor.source,
    read: (url: URL) => vendorShape(vendor, url),
  })),
  copies,
];
