import { defineRule, nameAt, namesakes, placesOf } from './rule.ts';

export default defineRule({
  id: 'new-install-script',
  title: 'The change adds a script that runs on install',
  needs: ['base', 'changed'],
  *check({ base, changed }) {
    if (base === undefined || changed === undefined) return;
    const before = namesakes(base, changed);
    const known = new Set(
      before.filter((one) => one.installScript === true).map((one) => `${one.tree.file}\0${one.name}`),
    );
    const versions = new Set(before.map((one) => `${one.tree.file}\0${one.name}`));
    for (const subject of changed) {
      const key = `${subject.tree.file}\0${subject.name}`;
      if (subject.installScript !== true || subject.importer || known.has(key)) continue;
      const then = versions.has(key) ? 'ran none before' : 'is new here';
      yield {
        severity: 'moderate',
        message: `${nameAt(subject)} runs a script of its own on every machine that installs it, and ${then}`,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.version, subject.tree.file],
        fix: 'read the script, then install with scripts off (ignore-scripts=true in .npmrc) or allow this one',
      };
    }
  },
});
