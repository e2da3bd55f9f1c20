/** Where a Redis is, as users write it. */
import { fail } from '../../isa/index.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** Number of the database. */
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  /** rediss:// */
  readonly isEncrypted: boolean;
  /** As messages show it: without user and password. */
  readonly shown: string;
}

const STANDARD_PORT = 6379;
/** Redis itself allows more where it is told to; a number beyond that is a mistake. */
const LARGEST_DATABASE = 2 ** 31 - 1;

/** `redis://host:port/db`, `redis://user:password@host`, `rediss://…` with TLS. @throws DiagnosticError E0103 */
export function redisAddress(text: string, option: string): RedisAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refuse(option, text);
  }
  const { protocol, hostname, port, pathname, username, password, search, hash } = url;
  const db = /^\/(\d{0,10})$/.exec(pathname === '' ? '/' : pathname)?.[1];
  const isKnown = protocol === 'redis:' || protocol === 'rediss:';
  if (!isKnown || hostname === '' || db === undefined || Number(db) > LARGEST_DATABASE || search !== '' || hash !== '')
    return refuse(option, text);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const portNumber = port === '' ? STANDARD_PORT : Number(port);
  return {
    host,
    port: portNumber,
    db: Number(db),
    ...(username !== '' && { username: decoded(username, option, text) }),
    ...(password !== '' && { password: decoded(password, option, text) }),
    isEncrypted: protocol === 'rediss:',
    shown: `${protocol}//${hostname}:${portNumber}${Number(db) === 0 ? '' : `/${Number(db)}`}`,
  };
}

function decoded(text: string, option: string, whole: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(option, whole);
  }
}

function refuse(option: string, text: string): never {
  // What stands before an @ may be a password.
  const shown = text.replace(/\/\/.*@/, '//…@').slice(0, 60);
  return fail(
    'E0103',
    `--${option} ${JSON.stringify(shown)} is no address of a Redis`,
    undefined,
    'write redis://host:port, with /db behind it for another database than 0; rediss:// encrypts',
  );
}
