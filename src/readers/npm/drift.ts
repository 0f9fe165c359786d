import type { Built } from './build.ts';
export async function setDrift(_built: Built): Promise<void> {}
