/** A registry and servers in memory, no socket. */
import type { Http, HttpAnswer, HttpFailure, HttpRequest } from '../../src/http.ts';
import { highest } from '../../src/semver.ts';
import type { Registry, Release } from '../../src/sources/registry.ts';
import { npmTarball } from '../tarballs.ts';

export type Answer = Partial<HttpAnswer> | HttpFailure;

const NOT_FOUND: HttpFailure = { ok: false, reason: 'HTTP 404 (not found)', status: 404, host: 'x' };

/** What a server answers with this body. */
export const served = (body: string, over: Partial<HttpAnswer> = {}): Answer => ({
  body: Buffer.from(body),
  ...over,
});

/** What the registry knows: files by version of the package x, and its tags. */
export interface Packed {
  files?: Record<string, string>;
  versions?: readonly string[];
  tags?: Record<string, string>;
  /** Its tarballs are not what it promises. */
  tampered?: true;
}

/** A network of these answers by URL (several answers are given in turn), and a registry that holds x. */
export function servers(answers: Record<string, Answer | readonly Answer[]>, packed: Packed = {}) {
  const { files = {}, versions = ['1.0.0'], tags = { latest: highest(versions, '*') ?? '' } } = packed;
  const asked: HttpRequest[] = [];
  const turns = new Map<string, number>();
  const send = async (one: HttpRequest): Promise<HttpAnswer | HttpFailure> => {
    asked.push(one);
    const turn = turns.get(one.url) ?? 0;
    turns.set(one.url, turn + 1);
    const all = [answers[one.url] ?? NOT_FOUND].flat() as Answer[];
    const answer = all[Math.min(turn, all.length - 1)] ?? NOT_FOUND;
    if ('ok' in answer && answer.ok === false) return answer;
    const common = { ok: true, status: 200, contentType: 'text/javascript', etag: '', allowOrigin: '*' };
    return { ...common, body: Buffer.alloc(0), ...answer } as HttpAnswer;
  };
  const http = {
    send,
    async json(one: HttpRequest, read: (value: unknown) => unknown) {
      const answer = await send(one);
      if (!answer.ok) return answer;
      try {
        return { ok: true, value: read(JSON.parse(answer.body.toString())) };
      } catch (error) {
        return { ok: false, reason: `answered another shape: ${String(error)}`, host: 'x' };
      }
    },
    async close() {},
  } as unknown as Http;
  const releases = new Map<string, Release>(versions.map((version) => [version, { version }]));
  const registry: Registry = {
    async releases(name) {
      asked.push({ url: `registry:${name}`, limit: 0 });
      if (name !== 'x') return { ...NOT_FOUND, host: 'registry.example.test' };
      return { ok: true, value: { name, tags: new Map(Object.entries(tags)), versions: releases } };
    },
    tarball: async (name, { version }) =>
      packed.tampered
        ? { ok: false, reason: 'sent something else', host: 'registry.example.test', tampered: true }
        : { ok: true, value: { name, version, integrity: '', bytes: npmTarball(files) } },
  };
  return { asked, http, open: async () => ({ http, registry }) };
}
