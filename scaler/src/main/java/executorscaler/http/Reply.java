package executorscaler.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Ends responses: small ones as they are, others packed for who can unpack them. */
final class Reply {
    private static final int SMALL = 1024;

    private Reply() {}

    static void text(HttpServerResponse response, String words) {
        response.putHeader("Content-Type", "text/plain; charset=utf-8").end(words + "\n");
    }

    /** Takes some milliseconds where it is much: on a worker thread. */
    static Buffer packed(HttpServerRequest request, Buffer content) {
        return packs(request, content.length()) ? gzip(content) : content;
    }

    static void file(HttpServerRequest request, Page.File file) {
        int length = file.content().length();
        end(request, file.type(), length, packs(request, length) ? file.packed() : file.content());
    }

    static Buffer buffer(String text) {
        return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param length of the content before {@link #packed} */
    static void end(HttpServerRequest request, String type, int length, Buffer packed) {
        var response = request.response().putHeader("Content-Type", type);
        if (packs(request, length)) response.putHeader("Content-Encoding", "gzip").putHeader("Vary", "Accept-Encoding");
        response.end(packed);
    }

    private static boolean packs(HttpServerRequest request, int length) {
        var accepted = request.getHeader("Accept-Encoding");
        return length > SMALL && accepted != null && accepted.contains("gzip");
    }

    static Buffer gzip(Buffer content) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(content.getBytes());
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return Buffer.buffer(packed.toByteArray());
    }
}
