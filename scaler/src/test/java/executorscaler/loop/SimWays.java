package executorscaler.loop;

import executorscaler.act.CloudWriter;
import executorscaler.act.ClusterWriter;
import executorscaler.act.NoticeWriter;
import executorscaler.observe.CloudReader;
import executorscaler.observe.ClusterReader;
import executorscaler.observe.NoticeReader;
import executorscaler.observe.QueueReader;
import executorscaler.sim.SimWorld;
import java.util.List;

/** All that a loop in a simulated world has to do with the rest of it. */
record SimWays(QueueReader queues, ClusterReader cluster, CloudReader cloud, NoticeReader notices, ClusterWriter clusterWrites,
        CloudWriter cloudWrites,
        NoticeWriter noticeWrites, Clock clock, List<TickListener> listeners) {

    /** Straight to the world. */
    static SimWays to(SimWorld world) {
        return new SimWays(world.queues(), world.cluster(), world.cloud(), world.notices(), world.clusterWrites(), world.cloudWrites(),
                world.noticeWrites(), world.clock(), List.of());
    }

    /** The same with what writes. */
    SimWays writing(ClusterWriter toCluster, CloudWriter toCloud, NoticeWriter toNotices) {
        return new SimWays(queues, cluster, cloud, notices, toCluster, toCloud, toNotices, clock, listeners);
    }

    /** The same with what reads. */
    SimWays reading(StaleReads.Readers reads) {
        return new SimWays(reads.queues(), reads.cluster(), reads.cloud(), reads.notices(), clusterWrites, cloudWrites, noticeWrites, clock,
                listeners);
    }
}
