import { UserError } from '../../../src/errors.ts';
import { defaultDatabase } from '../../../src/sources/advisories/location.ts';
import { assert, failure, suite } from '../../helpers.ts';

suite('where the database lives', (test) => {
  test('in the cache folder of each platform', () => {
    const env = {
      HOME: '/home/u',
      LOCALAPPDATA: 'C:\\Users\\u\\AppData\\Local',
      USERPROFILE: 'C:\\Users\\u',
    };
    assert.is(defaultDatabase(env, 'linux'), '/home/u/.cache/vakt/advisories.vdb');
    assert.is(defaultDatabase({ ...env, XDG_CACHE_HOME: '/c' }, 'linux'), '/c/vakt/advisories.vdb');
    assert.is(
      defaultDatabase({ ...env, XDG_CACHE_HOME: 'c' }, 'linux'),
      '/home/u/.cache/vakt/advisories.vdb',
    );
    assert.is(defaultDatabase(env, 'darwin'), '/home/u/Library/Caches/vakt/advisories.vdb');
    const windows = 'C:\\Users\\u\\AppData\\Local\\vakt\\Cache\\advisories.vdb';
    assert.is(defaultDatabase(env, 'win32'), windows);
    assert.is(defaultDatabase({ USERPROFILE: env.USERPROFILE }, 'win32'), windows);
  });

  test('nowhere is an error', async () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      assert.instance(await failure(() => defaultDatabase({}, platform)), UserError);
  });
});
