import { ApiProblem } from '../api/problem.ts';
import { common } from '#texts/common';
import { confirm } from './confirm.ts';

/** Do what may break a policy test; where it does, ask whether to do it all the same. */
export async function askIfBroken<T>(act: (ignorePolicyTests: boolean) => Promise<T>): Promise<T> {
  try {
    return await act(false);
  } catch (error) {
    if (!(error instanceof ApiProblem && error.isBrokenTest)) throw error;
    const sure = await confirm({
      title: common.brokenTestTitle,
      body: error.message,
      action: common.doAnyway,
      danger: true,
    });
    if (!sure) throw error;
    return act(true);
  }
}
