package executorscaler.e2e;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.RequiresTool;
import testbed.TestBed;

/** The main job on containers, where a Docker engine answers: K3s, Redis and the AWS emulator's image behind the same interface. */
@Tag("docker")
@RequiresTool({"docker", "go", "python"})
class MainJobInDockerIT {

    @Test
    void aHundredJobsFromZeroAndBackToZero() throws Exception {
        MainJobIT.mainJob(() -> TestBed.plan().everything().pools(Platform.POOLS).startInDocker());
    }
}
