import type { Plug } from '../../src/drill';
import type { Context } from '../../src/rollout';
import { Ground, loadBalancers, workers } from './rollout-ground';
import { RootGround } from './root-ground';

/** The lab with release `one` on it, for incidents on its workers and load balancers: root gets in there, too. */
export class DrillGround {
  static readonly hosts = [...workers, ...loadBalancers];
  readonly plug: Plug = {
    off: (host) => this.ground.lab.powerOff(host),
    on: async (host) => {
      await this.ground.lab.powerOn(host);
      await this.ground.lab.waitForSsh([host]);
    },
  };

  private constructor(
    readonly ground: Ground,
    readonly root: RootGround,
  ) {}

  static async fresh(): Promise<DrillGround> {
    const ground = await Ground.fresh();
    const made = new DrillGround(ground, new RootGround(ground.lab, DrillGround.hosts));
    try {
      await made.root.letIn();
      await ground.runs(await ground.release('one'));
      // The ground switches its app on by hand; a machine that lost its power has to come back by itself.
      for (const worker of workers) await made.root.root(worker, 'systemctl -q enable pos.service');
    } catch (error) {
      await made.giveBack();
      throw error;
    }
    return made;
  }

  /** Of a run that logs in as root, where it asks for root. */
  context(): Context {
    const deploy = this.ground.context();
    return { ...deploy, remote: (host) => (host.user === 'root' ? this.root.at(host.name) : deploy.remote(host)) };
  }

  async giveBack(): Promise<void> {
    const { lab } = this.ground;
    for (const host of DrillGround.hosts) if (!lab.isOn(host)) await lab.powerOn(host);
    await lab.waitForSsh(DrillGround.hosts);
    await this.root.giveBack();
    await this.ground.giveBack();
  }
}
