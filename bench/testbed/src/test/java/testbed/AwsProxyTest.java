package testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The proxy's end, before a Moto that is only imitated. */
@Tag("unit")
class AwsProxyTest {
    private static final String GROUPS = "<DescribeAutoScalingGroupsResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">"
            + "<DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>g</AutoScalingGroupName><MinSize>0</MinSize>"
            + "<MaxSize>5</MaxSize><DesiredCapacity>0</DesiredCapacity><LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId></LaunchTemplate>"
            + "</member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>";

    private final CountDownLatch ordered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();

    /** A process that prints a stack trace whenever its bed closes hides the one that matters. */
    @Test
    void anOrderThatTheEndCutsOffIsNoError() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer stub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stub.setExecutor(threads);
        stub.createContext("/", this::answer);
        stub.start();
        try (Moto moto = new Moto(URI.create("http://127.0.0.1:" + stub.getAddress().getPort()))) {
            AwsProxy proxy = AwsProxy.start(moto, new AwsFaults());
            assertThat(order(proxy.endpoint())).isEqualTo(200);
            assertThat(ordered.await(30, TimeUnit.SECONDS)).as("the order is on its way to Moto").isTrue();
            proxy.close();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("testbed-aws-proxy")) {
                    thread.join(30_000);
                    assertThat(thread.isAlive()).isFalse();
                }
            }
        } finally {
            released.countDown();
            stub.stop(0);
            threads.shutdownNow();
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(uncaught).isEmpty();
    }

    private static int order(URI endpoint) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("Action=SetDesiredCapacity&Version=2011-01-01&AutoScalingGroupName=g&DesiredCapacity=2"))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (body.contains("SetDesiredCapacity")) {
                ordered.countDown();
                awaitRelease();
            }
            byte[] groups = GROUPS.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, groups.length);
            exchange.getResponseBody().write(groups);
        }
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
