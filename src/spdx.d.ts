// SPDX's lists as packages; they ship no types.
declare module 'spdx-license-ids' {
  const ids: string[];
  export default ids;
}

declare module 'spdx-exceptions' {
  const ids: string[];
  export default ids;
}

/** Versions of one licence, the oldest first; several names of one version in a list of their own. */
declare module 'spdx-ranges' {
  const ranges: (string | string[])[][];
  export default ranges;
}
