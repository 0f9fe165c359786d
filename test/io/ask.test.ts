import { PassThrough } from 'node:stream';
import { asker } from '../../src/io/ask.ts';
import { assert, suite } from '../helpers.ts';

suite('questions', (test) => {
  test('what is typed ahead answers the next ones; after the end all answers are empty', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    let asked = '';
    output.on('data', (text) => {
      asked += text;
    });
    const ask = asker(input, output);
    input.write('y\nn\n');
    assert.is(await ask('one? '), 'y');
    assert.is(await ask('two? '), 'n');
    const third = ask('three? ');
    input.end();
    assert.is(await third, '');
    assert.is(await ask('four? '), '');
    assert.is(asked, 'one? two? three? \nfour? \n');
  });
});
