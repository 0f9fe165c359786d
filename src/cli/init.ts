import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { checkReference } from '../policy/load.ts';
import { VERSION } from '../version.ts';
import type { Values } from './commands.ts';

/** A file that init can write, and the question that leads to it. */
interface Part {
  option: string;
  question: string;
  file: string;
  text: string;
}

const STEPS = `      - run: npx --yes vakt@${VERSION} db update
      - run: npx --yes vakt@${VERSION} scan
`;

/** The steps that judge: by the Action where it is said where that is, else by the published package. */
function stepsOf(action: string | undefined): string {
  if (action === undefined) return STEPS;
  if (/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(action)) return `      - uses: ${action}\n`;
  throw new UserError(`"${action}" is no action that is pinned`, {
    where: '--action',
    hint: 'owner/repository@ and the full id of a commit',
  });
}

const PARTS = (policy: string, action: string | undefined): Part[] => [
  {
    option: 'policy',
    question: 'a policy in vakt.yml',
    file: 'vakt.yml',
    text: `# What vakt holds this project to: vakt --help, vakt explain <rule>
extends: ${/^[\w./-]+$/.test(policy) ? policy : JSON.stringify(policy)}

# From which severity on findings fail a run:
# fail-on: { production: high, development: never }

# Scopes and names that are ours alone, and never asked about elsewhere:
# internal: ['@acme']

# Accepted findings; each needs a reason, an owner and an end (vakt ignore writes them):
# ignore: []
`,
  },
  {
    option: 'workflow',
    question: 'a GitHub workflow in .github/workflows/vakt.yml',
    file: '.github/workflows/vakt.yml',
    // Actions are pinned by their commits: docs/action.md.
    text: `name: vakt
on:
  pull_request:
  merge_group:
  push:
    branches: [main]
  schedule:
    - cron: '17 5 * * *'
permissions: {}
jobs:
  vakt:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
${stepsOf(action)}`,
  },
  {
    option: 'hook',
    question: 'a git hook in .githooks/pre-commit',
    file: '.githooks/pre-commit',
    text: `#!/bin/sh
# git config core.hooksPath .githooks
exec node_modules/.bin/vakt hook
`,
  },
];

// The index keeps the mark also where files have none (Windows), for those who clone.
const HOW_TO_HOOK = 'git config core.hooksPath .githooks && git add --chmod=+x .githooks/pre-commit';

/** `vakt init`: writes what is asked for, and never over anything. 0; UserError where nothing was to be written. */
export async function run(_operands: readonly string[], values: Values, io: Io): Promise<number> {
  const base = String(values.extends);
  checkReference(io, base, io.cwd, '--extends');
  const parts = PARTS(base, values.action as string | undefined);
  const wanted: Part[] = [];
  for (const part of parts) {
    const typed = values[part.option];
    const answer =
      typed === undefined && values.yes !== true
        ? await io.ask?.(`Write ${part.question}? [y/N] `)
        : undefined;
    const isDefault = typed === undefined && values.yes === true && part.option !== 'hook';
    if (typed === true || isDefault || /^y(?:es)?$/i.test(answer ?? '')) wanted.push(part);
  }
  if (wanted.length === 0) {
    throw new UserError('nothing to write', {
      where: 'init',
      hint: 'vakt init --yes, or --policy, --workflow, --hook',
    });
  }
  for (const { file, text } of wanted) {
    const path = join(io.cwd, file);
    if (io.kind(path) !== undefined) {
      io.out(`${file} is there already and stays as it is\n`);
      continue;
    }
    io.writeFile(path, text);
    const isHook = file.startsWith('.githooks/');
    if (isHook) io.makeExecutable(path);
    io.out(`${file} written${isHook ? `; switch it on: ${HOW_TO_HOOK}` : ''}\n`);
  }
  return EXIT.pass;
}
