/** What people type wrong, and what they read. */
import { main } from '../../src/cli/main.ts';
import { assert, suite } from '../helpers.ts';
import { world } from '../world.ts';

async function told(...argv: string[]): Promise<string> {
  const given = world({ 'dist/index.html': '<p>' });
  const code = await main(argv, given);
  assert.is(code, 2, argv.join(' '));
  assert.is(given.stdout, '');
  return given.stderr;
}

const CASES: [argv: string, what: string, hint: string][] = [
  ['sacn', 'there is no command "sacn", and no file or folder of that name', 'did you mean vakt scan?'],
  ['wyh braces', 'there is no command "wyh", and no file or folder of that name', 'did you mean vakt why?'],
  [
    'inventroy',
    'there is no command "inventroy", and no file or folder of that name',
    'did you mean vakt inventory?',
  ],
  ['help', 'there is no command "help", and no file or folder of that name', 'did you mean vakt --help?'],
  ['audit', 'there is no command "audit", and no file or folder of that name', 'did you mean vakt scan?'],
  [
    'constructor',
    'there is no command "constructor", and no file or folder of that name',
    'vakt --help lists the commands',
  ],
  ['scan sacn', 'sacn: does not exist', 'name a folder, a lock file or a page'],
  ['./sacn', './sacn: does not exist', 'name a folder, a lock file or a page'],
  ['db', 'db: what?', 'vakt db --help shows what can be typed'],
  ['db updte', 'there is no command "db updte"', 'did you mean vakt db update?'],
  ['db wash', 'there is no command "db wash"', 'there are: db update, db pack, db info'],
  ['--onlin', 'there is no option --onlin', 'did you mean --online?'],
  ['--off', 'there is no option --off', 'did you mean --offline?'],
  ['scan -x', 'there is no option -x', 'vakt scan --help shows what can be typed'],
  ['init --polcy', 'there is no option --polcy', 'did you mean --policy?'],
  ['init here', 'nothing is meant by "here" here', 'vakt init --help shows what can be typed'],
  ['db pack here', 'nothing is meant by "here" here', 'vakt db pack --help shows what can be typed'],
  ['--format', '--format needs a value', 'vakt scan --help shows what can be typed'],
  ['-c', '-c needs a value', 'vakt scan --help shows what can be typed'],
  ['--fail-on hgih', '--fail-on cannot be "hgih"', 'did you mean high?'],
  ['--omit prod', '--omit cannot be "prod"', 'it is one of: dev'],
  ['sbom --format xml', '--format cannot be "xml"', 'it is one of: cyclonedx, spdx'],
];

suite('typed wrong', (test) => {
  for (const [argv, what, hint] of CASES) {
    test(argv, async () => assert.is(await told(...argv.split(' ')), `vakt: ${what}\n  ${hint}\n`));
  }
});
