package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.sim.MemoryJobs;
import executorscaler.sim.SimWorld;

/** Where one seed's hours are played. */
record SimSetting(SimWorld world, Config config, MemoryJobs jobs, FaultRows rows) {}
