/**
 * Hashes that vendors published, against those that npm's tarballs give through the real registry of the machine.
 * Opt-in (VAKT_REAL_REGISTRY=1), for it needs the network.
 */

import { realIo } from '../../src/io.ts';
import { connection } from '../../src/online.ts';
import type { Algorithm } from '../../src/sri.ts';
import { sriFix } from '../../src/sri-fix/run.ts';
import { assert, suite, testWith } from '../helpers.ts';
import { world } from '../world.ts';
import { request } from './fixing.ts';

const JSDELIVR = 'https://cdn.jsdelivr.net/npm';

/** URL and hash, by who published it. */
const PUBLISHED: Record<string, readonly (readonly [string, string])[]> = {
  'Bootstrap (getbootstrap.com, config of the documentation)': [
    [
      `${JSDELIVR}/bootstrap@5.3.3/dist/css/bootstrap.min.css`,
      'sha384-QWTKZyjpPEjISv5WaRU9OFeRpok6YctnYmDr5pNlyT2bRjXh0JMhjY6hW+ALEwIH',
    ],
    [
      `${JSDELIVR}/bootstrap@5.3.3/dist/js/bootstrap.bundle.min.js`,
      'sha384-YvpcrYf0tY3lHB60NNkmXc5s9fDVZLESaAA55NDzOxhy9GkcIdslK1eN7N6jIeHz',
    ],
    [
      `${JSDELIVR}/bootstrap@5.3.4/dist/css/bootstrap.min.css`,
      'sha384-DQvkBjpPgn7RC31MCQoOeC9TI2kdqa4+BSgNMNj8v77fdC77Kj5zpWFTJaaAoMbC',
    ],
    [
      `${JSDELIVR}/bootstrap@5.3.0/dist/css/bootstrap.min.css`,
      'sha384-9ndCyUaIbzAi2FUVXJi0CjmCapSmO7SnpJef0486qhLnuZ2cdeRhO02iuK6FUUVM',
    ],
    [
      `${JSDELIVR}/bootstrap@5.3.0/dist/js/bootstrap.bundle.min.js`,
      'sha384-geWF76RCwLtnZ8qwWowPQNguL3RmwHVBC9FhGdlKrxdiJJigb/j/68SIy3Te4Bkz',
    ],
    [
      'https://maxcdn.bootstrapcdn.com/bootstrap/3.3.7/css/bootstrap.min.css',
      'sha384-BVYiiSIFeK1dGmJRAkycuHAHRg32OmUcww7on3RYdg4Va+PmSTsz/K68vbdEjh4u',
    ],
    [
      `${JSDELIVR}/@popperjs/core@2.11.8/dist/umd/popper.min.js`,
      'sha384-I7E8VVD/ismYTF4hNIPjVp/Zjvgyol6VFvRkX/vR+Vc4jQkC+hVqc2pM8ODewa9r',
    ],
  ],
  'jQuery (releases.jquery.com)': [
    ['https://code.jquery.com/jquery-3.7.1.min.js', 'sha256-/JqT3SQfawRcv/BIHPThkBvs0OEvtFFmqPF/lYI/Cxo='],
    [
      `${JSDELIVR}/jquery@3.5.1/dist/jquery.slim.min.js`,
      'sha384-DfXdz2htPH0lsSSs5nCTpuj/zy4C+OGpamoFVy38MVBnE+IbbVYUew+OrCXaRkfj',
    ],
  ],
  'Leaflet (leafletjs.com)': [
    [
      'https://unpkg.com/leaflet@1.9.4/dist/leaflet.js',
      'sha256-20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo=',
    ],
    [
      'https://unpkg.com/leaflet@1.9.4/dist/leaflet.css',
      'sha256-p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY=',
    ],
  ],
  'KaTeX (its README)': [
    [
      `${JSDELIVR}/katex@0.16.11/dist/katex.min.js`,
      'sha384-7zkQWkzuo3B5mTepMUcHkMB5jZaolc2xDwL6VFqjFALcbeS9Ggm/Yr2r3Dy4lfFg',
    ],
    [
      `${JSDELIVR}/katex@0.16.11/dist/katex.min.css`,
      'sha384-nB0miv6/jRmo5UMMR1wu3Gz6NLsoTkbqJghGIsx//Rlm+ZU03BU6SQNC66uf4l5+',
    ],
  ],
  'htmx (htmx.org)': [
    [
      'https://unpkg.com/htmx.org@1.9.12',
      'sha384-ujb1lZYygJmzgSwoxRggbCHcjc0rB2XoQrxeTUQyRjrOnlCoYta87iKBWq3EsdM2',
    ],
    [
      'https://unpkg.com/htmx.org@1.9.12/dist/htmx.min.js',
      'sha384-ujb1lZYygJmzgSwoxRggbCHcjc0rB2XoQrxeTUQyRjrOnlCoYta87iKBWq3EsdM2',
    ],
  ],
  'Font Awesome 4 (bootstrapcdn.com)': [
    [
      'https://maxcdn.bootstrapcdn.com/font-awesome/4.7.0/css/font-awesome.min.css',
      'sha384-wvfXpqpZZVQGK6TAh5PVlGOfQNHSoD2xbE+QkPxCAFlNEevoEH3Sl0sibVcOQVnN',
    ],
  ],
  'nobody, but many pages have them': [
    [
      `${JSDELIVR}/vue@3.5.13/dist/vue.global.prod.js`,
      'sha384-W/1Fp/LgAYO/oTn9Gs+PbeWuMuq1eQCnUMPCeg8POmMYchhzxctjEqtbiCIxDOON',
    ],
    [
      'https://unpkg.com/react@18.3.1/umd/react.production.min.js',
      'sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z',
    ],
    [
      `${JSDELIVR}/d3@7.9.0/dist/d3.min.js`,
      'sha384-CjloA8y00+1SDAUkjs099PVfnY2KmDC2BZnws9kh8D/lX1s46w6EPhpXdqMfjK6i',
    ],
    [
      `${JSDELIVR}/alpinejs@3.14.9/dist/cdn.min.js`,
      'sha384-9Ax3MmS9AClxJyd5/zafcXXjxmwFhZCdsT6HJoJjarvCaAkJlk5QDzjLJm+Wdx5F',
    ],
    [`${JSDELIVR}/alpinejs@3.14.1/dist/cdn.min.js`, 'sha256-NY2a+7GrW++i9IBhowd25bzXcH9BCmBrqYX5i8OxwDQ='],
    [
      `${JSDELIVR}/chart.js@4.5.1/dist/chart.umd.min.js`,
      'sha384-jb8JQMbMoBUzgWatfe6COACi2ljcDdZQ2OxczGA3bGNeWe+6DChMTBJemed7ZnvJ',
    ],

    [
      'https://unpkg.com/swagger-ui-dist@5.11.0/swagger-ui-bundle.js',
      'sha384-qn5tagrAjZi8cSmvZ+k3zk4+eDEEUcP9myuR2J6V+/H6rne++v6ChO7EeHAEzqxQ',
    ],
    [
      'https://unpkg.com/swagger-ui-dist@5.11.0/swagger-ui.css',
      'sha384-+yyzNgM3K92sROwsXxYCxaiLWxWJ0G+v/9A+qIZ2rgefKgkdcmJI+L601cqPD/Ut',
    ],
  ],
};

suite('hashes that vendors published', (test) => {
  const missing = process.env.VAKT_REAL_REGISTRY === '1' ? undefined : 'VAKT_REAL_REGISTRY=1';
  for (const [vendor, entries] of Object.entries(PUBLISHED))
    testWith(missing, test, `are those of npm's files: ${vendor}`, async () => {
      const real = realIo();
      const network = connection(real, real.cwd, false);
      try {
        for (const algorithm of ['sha256', 'sha384'] satisfies Algorithm[]) {
          const ours = entries.filter(([, hash]) => hash.startsWith(algorithm));
          if (ours.length === 0) continue;
          const page = ours.map(([url]) => `<script src="${url}"></script>`).join('');
          const result = await sriFix(
            world({ 'page.html': page }),
            request({ mirror: undefined, algorithm, network: network.open }),
          );
          const lines = result.pages[0]?.lines ?? [];
          for (const [i, [url, hash]] of ours.entries()) {
            assert.match(lines[i]?.from ?? lines[i]?.reason ?? '', /^npm /, url);
            assert.is(lines[i]?.integrity, hash, url);
          }
        }
      } finally {
        await network.close();
      }
    });
});
