package testbed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The address the scaler takes for AWS: Moto behind it, faults and missing behaviour in between. */
final class AwsProxy implements AutoCloseable {
    private static final List<String> PASSED_HEADERS = List.of("Authorization", "Content-Type", "X-Amz-Target", "X-Amz-Date", "User-Agent",
            "X-Amz-Security-Token", "Accept");
    private static final int TRIES = 10;

    private final URI moto;
    private final AwsFaults faults;
    private final GroupRules rules;
    private final HttpServer server;
    private volatile boolean closed;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "testbed-aws-proxy");
        thread.setDaemon(true);
        return thread;
    });
    // HTTP/1.1: Moto's server does not speak the newer one, and asking for it costs a round trip.
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private AwsProxy(Moto moto, AwsFaults faults) throws IOException {
        this.moto = moto.endpoint();
        this.faults = faults;
        this.rules = new GroupRules(moto, faults, this::carryOut);
        this.server = bind();
        server.createContext("/", this::handle);
        server.setExecutor(threads);
    }

    static AwsProxy start(Moto moto, AwsFaults faults) {
        try {
            AwsProxy proxy = new AwsProxy(moto, faults);
            proxy.server.start();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer bind() throws IOException {
        for (int attempt = 1;; attempt++) {
            try {
                return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 0);
            } catch (IOException e) {
                if (attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Waits until what was accepted so far is carried out. */
    void settle() {
        rules.settle();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            AwsRequest request = AwsRequest.read(exchange.getRequestHeaders().getFirst("X-Amz-Target"), body);
            AwsCall call = new AwsCall(request.action(), request.params(), Instant.now(), System.nanoTime());
            faults.record(call);
            Optional<Fault> fault = faults.next(request.action());
            AwsAnswer answer = answer(exchange, request, body, fault);
            faults.record(new AwsAnswered(call, answer.status(), System.nanoTime()));
            if (fault.filter(Fault.DropAnswer.class::isInstance).isEmpty()) {
                exchange.getResponseHeaders().set("Content-Type", answer.contentType());
                exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
                exchange.getResponseBody().write(answer.body());
            }
        } catch (IOException e) {
            // The caller is gone, as one with a time-out is; there is nobody to tell.
            exchange.close();
        }
    }

    private AwsAnswer answer(HttpExchange exchange, AwsRequest request, byte[] body, Optional<Fault> fault) {
        Fault met = fault.orElse(null);
        if (met instanceof Fault.Throttle) {
            return request.ec2()
                    ? AwsAnswer.error(request, 503, "RequestLimitExceeded", "Request limit exceeded.")
                    : AwsAnswer.error(request, 400, "Throttling", "Rate exceeded");
        }
        if (met instanceof Fault.Fail fail) {
            return AwsAnswer.error(request, fail.status(), fail.code(), fail.message());
        }
        if (met instanceof Fault.Delay delay) {
            Waiting.pause(delay.time().toMillis());
        }
        if (met instanceof Fault.Meanwhile meanwhile) {
            meanwhile.what().run();
        }
        try {
            return rules.answer(request, changed -> forward(exchange, changed, changed.equals(request) ? body : changed.form()));
        } catch (RuntimeException e) {
            return AwsAnswer.error(request, 503, "ServiceUnavailable", String.valueOf(e.getMessage()));
        }
    }

    private AwsAnswer forward(HttpExchange exchange, AwsRequest request, byte[] body) {
        HttpRequest.Builder onward = HttpRequest.newBuilder(moto.resolve(exchange.getRequestURI())).timeout(Duration.ofSeconds(60))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : PASSED_HEADERS) {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).ifPresent(value -> onward.header(name, value));
        }
        try {
            HttpResponse<byte[]> response = http.send(onward.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new AwsAnswer(response.statusCode(), response.headers().firstValue("Content-Type").orElse("text/xml"), response.body());
        } catch (IOException e) {
            return AwsAnswer.error(request, 503, "ServiceUnavailable", "Moto does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AwsAnswer.error(request, 503, "ServiceUnavailable", "interrupted");
        }
    }

    /** An order that the end of the bed cuts off fails, and that is no error to tell of. */
    private void carryOut(Runnable order) {
        threads.execute(() -> {
            try {
                order.run();
            } catch (RuntimeException failed) {
                if (!closed) {
                    throw failed;
                }
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        threads.shutdownNow();
    }
}
