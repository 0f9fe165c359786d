/** Why a request failed, in words for people. */

/** A failure with its reason; `retry` when the same request may well succeed a moment later. */
export class Failed extends Error {
  readonly retry: boolean;

  constructor(reason: string, retry = false) {
    super(reason);
    this.retry = retry;
  }
}

/** A body that ended early or broke; `cause` says how. */
export class CutOff extends Error {
  readonly onWire: number;

  constructor(onWire: number, cause: unknown) {
    super('cut off', { cause });
    this.onWire = onWire;
  }
}

const DISK = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG', 'EROFS']);
const RESOLVE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA']);
const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT']);
const CUT = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);
// node:tls, "X509 certificate error codes".
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/** What an error of undici, node:net, node:tls or node:zlib means. */
export function explain(error: unknown): Failed {
  if (error instanceof Failed) return error;
  const { codes, own } = unfold(error);
  const has = (test: (code: string) => boolean) => codes.some(test);
  if (own !== undefined) return own;
  // undici gives this one no code of its own.
  const tunnel = error instanceof Error ? /^Proxy response \((\d+)\) /.exec(error.message)?.[1] : undefined;
  if (tunnel !== undefined) return new Failed(`the proxy refuses: HTTP ${tunnel}`);
  if (has((code) => /^(?:Z_|ERR__ERROR|ERR_BROTLI|ERR_PADDING)/.test(code)))
    return new Failed('its compressed body is broken');
  const tls = codes.find((code) => CERTIFICATE.test(code));
  if (tls !== undefined)
    return new Failed(`its certificate is not trusted (${tls}); name its authority as cafile in .npmrc`);
  if (has((code) => /^(?:ERR_SSL|EPROTO|ERR_TLS)/.test(code)))
    return new Failed('TLS could not be agreed on');
  if (has((code) => code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW'))
    return new Failed('its headers are too large');
  const disk = codes.find((code) => DISK.has(code));
  if (disk !== undefined) return new Failed(`what it sent could not be written to disk (${disk})`);
  if (has((code) => code.startsWith('HPE_'))) return new Failed('it does not speak HTTP as it should', true);
  if (has((code) => code === 'ECONNREFUSED')) return new Failed('it refuses connections', true);
  if (has((code) => RESOLVE.has(code))) return new Failed('its name cannot be resolved', true);
  if (has((code) => code === 'UND_ERR_CONNECT_TIMEOUT' || UNREACHABLE.has(code)))
    return new Failed('it cannot be reached', true);
  if (error instanceof CutOff) return new Failed(`cut off after ${error.onWire} bytes`, true);
  if (has((code) => CUT.has(code))) return new Failed('it closed the connection without an answer', true);
  return new Failed(`no answer (${codes[0] ?? 'unknown error'})`, true);
}

// Errors come wrapped: by undici, and in AggregateErrors where several addresses were tried.
function unfold(error: unknown): { codes: string[]; own: Failed | undefined } {
  const codes: string[] = [];
  const queue: unknown[] = [error];
  for (let steps = 0; steps < 20 && queue.length > 0; steps++) {
    const one = queue.shift();
    if (one instanceof Failed) return { codes, own: one };
    if (!(one instanceof Error)) continue;
    if ('code' in one && typeof one.code === 'string') codes.push(one.code);
    else if (one.name === 'HTTPParserError') codes.push('HPE_');
    queue.push(one.cause);
    if (one instanceof AggregateError) queue.push(...one.errors);
  }
  return { codes, own: undefined };
}
