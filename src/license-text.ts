/** What package.json files say of their licence, in one text. https://docs.npmjs.com/cli/configuring-npm/package-json#license */

/** The licence of a member `license`: a text, or the older object with its `type`. */
export function licenseOf(value: unknown): string | undefined {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The licence of a member `licenses`, the list of older package.json files: any one of them holds. */
export function choiceOf(licenses: unknown): string | undefined {
  if (!Array.isArray(licenses)) return licenseOf(licenses);
  const texts = licenses.flatMap((one) => licenseOf(one) ?? []);
  return texts.length > 1 ? `(${texts.join(' OR ')})` : texts[0];
}
