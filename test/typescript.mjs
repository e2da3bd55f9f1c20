// Lets plain node import the TypeScript sources, in all of its threads: node --import ./test/typescript.mjs script.ts
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
