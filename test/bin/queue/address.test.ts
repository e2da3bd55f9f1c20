import { describe, expect, it } from '@jest/globals';
import { redisAddress } from '../../../bin/queue/address.ts';
import { DiagnosticError } from '../../../isa/index.ts';

describe('the address of a Redis', () => {
  it.each([
    ['redis://host', { host: 'host', port: 6379, db: 0, isEncrypted: false, shown: 'redis://host:6379' }],
    ['redis://host:7000/3', { host: 'host', port: 7000, db: 3, isEncrypted: false, shown: 'redis://host:7000/3' }],
    ['rediss://[::1]:7000/', { host: '::1', port: 7000, db: 0, isEncrypted: true, shown: 'rediss://[::1]:7000' }],
    [
      'redis://me:p%40ss@host',
      {
        ...{ host: 'host', port: 6379, db: 0, isEncrypted: false, shown: 'redis://host:6379' },
        ...{ username: 'me', password: 'p@ss' },
      },
    ],
    [
      'redis://:secret@host',
      { host: 'host', port: 6379, db: 0, isEncrypted: false, shown: 'redis://host:6379', password: 'secret' },
    ],
  ])('%s', (text, address) => {
    expect(redisAddress(text, 'queue')).toEqual(address);
  });

  it.each([
    'host:6379',
    'http://host',
    'redis://',
    'redis:///3',
    'redis://host/three',
    'redis://host/1/2',
    'redis://host/99999999999',
    'redis://host:99999',
    'redis://host?db=1',
    'redis://host#1',
    'redis://me:secret%zz@host',
    'http://me:secret@host',
  ])('%s is none, and a password in it is not shown', (text) => {
    let said: unknown;
    try {
      redisAddress(text, 'queue');
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(DiagnosticError);
    const { diagnostics } = said as DiagnosticError;
    expect(diagnostics[0]!.code).toBe('E0103');
    expect(JSON.stringify(diagnostics)).not.toContain('secret');
  });
});
