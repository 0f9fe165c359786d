/**
 * The shape of a policy file. Types, the JSON schema for editors (policies/policy.schema.json) and the table in
 * docs/policy.md all come from here. Loaded only where somebody wrote a policy: presets are checked by a test.
 */
import * as z from 'zod/mini';
import { SEVERITIES } from '../model.ts';
import { RULES } from '../rules/index.ts';
import { isRange } from '../semver.ts';

const described = <T extends z.ZodMiniType>(description: string, schema: T): T =>
  schema.check(z.meta({ description })) as T;

const level = z.enum(['block', 'todo', 'fold', 'off']);
/** `medium`, as other tools say, is `moderate`. */
const severity = z.enum([...SEVERITIES, 'medium']);
const bar = z.enum([...SEVERITIES, 'medium', 'never']);
const text = z.string().check(z.minLength(1), z.maxLength(2000));
const hours = z.string().check(z.regex(/^[1-9]\d{0,4}[hd]$/));

// Other alphabets as xn--, as URLs spell them; capitals become small letters, as in URLs.
const hostLike = (shape: RegExp) => z.string().check(z.regex(shape), z.toLowerCase());
const host = hostLike(/^(?:[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/);
const hosts = hostLike(/^(?:\*\.)?[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?(?::\d{1,5})?$/);
const origin = hostLike(/^(?:https?:\/\/|\*\.)?[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?(?::\d{1,5})?\/*$/);

/** A day of the calendar, UTC. */
const day = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\d$/),
  z.refine((value) => {
    const date = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
  }),
);

const levelCase = z.strictObject({
  level,
  severity: z.optional(described('Fits from this severity on', severity)),
  scope: z.optional(z.enum(['production', 'development'])),
  fixable: z.optional(described('Whether a fixed version is said to exist', z.boolean())),
  disputed: z.optional(z.boolean()),
  added: z.optional(
    described(
      'Whether the judged change (--changed-since) adds it; false for all where none is judged',
      z.boolean(),
    ),
  ),
});

const ruleLevels = z.union([level, levelCase, z.array(z.union([level, levelCase])).check(z.minLength(1))]);

/** What stands behind the name has to be a range: one that is none would fit nothing, and nobody would know why. */
const packageRange = text.check(
  z.refine((value) => {
    const at = value.indexOf('@', 1);
    return at < 0 || (at < value.length - 1 && isRange(value.slice(at + 1)));
  }),
);

const ABOUT = ['rule', 'id', 'package', 'path', 'workspace', 'scope', 'url', 'fingerprint'] as const;

const ignore = z
  .strictObject({
    rule: z.optional(described('Id of a rule', z.enum(RULES.map(({ id }) => id) as [string, ...string[]]))),
    id: z.optional(described('Id of an advisory, or any alias of it', text)),
    package: z.optional(described('Name, or name@range', packageRange)),
    path: z.optional(described('Glob over a dependency path: `webpack > ** > braces`', text)),
    workspace: z.optional(described('Folder or name of a workspace member', text)),
    scope: z.optional(z.enum(['production', 'development'])),
    url: z.optional(described('Address of a script or style; `*` stands for any characters', text)),
    fingerprint: z.optional(
      described("A finding's fingerprint", z.string().check(z.regex(/^[0-9a-f]{32}$/))),
    ),
    reason: described('Why this is acceptable', text),
    owner: described('Who answers for it', text),
    until: described('Last day on which it holds (YYYY-MM-DD, UTC)', day),
    fixed: z.optional(described('Ends as soon as a fixed version is said to exist', z.boolean())),
  })
  // One that names nothing would accept nothing, and nobody would know why.
  .check(z.refine((entry) => ABOUT.some((key) => entry[key] !== undefined)));

const except = z.optional(described('Scopes (`@acme`) and names (`acme-*`) to leave alone', z.array(text)));
const releases = (describe: string) => z.optional(described(describe, z.int().check(z.gte(1), z.lte(1000))));
const days = (describe: string) => z.optional(described(describe, z.number().check(z.gte(0), z.lte(36_500))));
const amount = (describe: string) => z.optional(described(describe, z.number().check(z.gte(0), z.lte(1000))));

const options = z.strictObject({
  'fresh-release': z.optional(z.strictObject({ days: amount('Younger than this is fresh (7)'), except })),
  'publisher-changed': z.optional(
    z.strictObject({ releases: releases('Earlier releases to look at (20)'), except }),
  ),
  'provenance-lost': z.optional(
    z.strictObject({ releases: releases('Earlier releases to look at (20)'), except }),
  ),
  outdated: z.optional(
    z.strictObject({
      majors: releases('From this many major versions behind on (2)'),
      years: amount('From this many years behind on (2)'),
    }),
  ),
  unmaintained: z.optional(
    z.strictObject({
      slow: days('Days without a release or commit after which a package counts as slow (90)'),
      stale: days('With an open advisory: days after which it is stale (365)'),
      abandoned: days('With an open advisory: days after which it is abandoned (1826)'),
    }),
  ),
});

const LOCKABLE = [
  'rules',
  'options',
  'fail-on',
  'require',
  'internal',
  'registries',
  'own-origins',
  'allowed-hosts',
  'licenses',
  'exclude',
  'ignore',
  ...RULES.map(({ id }) => `rules.${id}`),
];

export const policySchema = z.strictObject({
  extends: z.optional(
    described(
      'Presets, paths, or npm packages to start from; later ones win',
      z.union([text, z.array(text)]),
    ),
  ),
  'fail-on': z.optional(
    described(
      'From which severity on findings block, per scope; below it nothing but malware does. Rules that the same file names keep their own levels',
      z.union([bar, z.strictObject({ production: z.optional(bar), development: z.optional(bar) })]),
    ),
  ),
  require: z.optional(
    described(
      'What must be known for a run to pass',
      z.strictObject({
        files: z.optional(described('Every lock file and page could be read', z.boolean())),
        advisories: z.optional(
          described(
            'Every registry package was judged, by records no older than this',
            z.union([z.boolean(), hours]),
          ),
        ),
        histories: z.optional(
          described('The registry told the history of each package it was asked about', z.boolean()),
        ),
      }),
    ),
  ),
  internal: z.optional(
    described(
      'Scopes (`@acme`) and names (`acme-*`) that are private: never asked about elsewhere',
      z.array(text),
    ),
  ),
  registries: z.optional(
    described("Hosts of private registries: what comes from them is not npm's package", z.array(host)),
  ),
  'own-origins': z.optional(
    described(
      "Origins or hosts of our own, beside the page's (`https://x.test`, `x.test`, `*.x.test`): what comes from them is not third-party",
      z.array(origin),
    ),
  ),
  'allowed-hosts': z.optional(
    described(
      'Hosts that pages may load scripts from (`*.x.test`: its subdomains); others are unknown-host',
      z.array(hosts),
    ),
  ),
  licenses: z.optional(
    described(
      'Licences as SPDX expressions, or as packages write them: the allowed ones alone, or all but the denied',
      z.strictObject({ allow: z.optional(z.array(text)), deny: z.optional(z.array(text)) }),
    ),
  ),
  include: z.optional(
    described('Files to look at in spite of a default, as patterns of .gitignore', z.array(text)),
  ),
  exclude: z.optional(
    described('Files to leave out, as patterns of .gitignore; they are told', z.array(text)),
  ),
  rules: z.optional(
    described(
      'Level of each rule, or cases of which the first that fits decides',
      z.strictObject(
        Object.fromEntries(RULES.map(({ id, title }) => [id, z.optional(described(title, ruleLevels))])),
      ),
    ),
  ),
  options: z.optional(described('Thresholds and exceptions of rules', options)),
  ignore: z.optional(described('Accepted findings; all given keys must match', z.array(ignore))),
  locked: z.optional(
    described(
      'Keys that whoever extends this policy can only tighten',
      z.array(z.enum(LOCKABLE as [string, ...string[]])),
    ),
  ),
});

export type PolicyFile = z.infer<typeof policySchema>;
