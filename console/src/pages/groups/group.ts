import type { components } from '../../api/schema.d.ts';

export type Group = components['schemas']['Group'];
