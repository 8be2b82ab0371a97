package dev.gossamer.data;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on the loopback interface that serves byte arrays, and can misbehave. */
final class FileServer implements AutoCloseable {

    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    /** The Range header of each request, or "". */
    final List<String> ranges = new CopyOnWriteArrayList<>();
    /** Whether Range is honoured. */
    volatile boolean ranged = true;
    /** Bytes after which an answer breaks off, for the next {@link #breaks} answers. */
    volatile int breakAfter = Integer.MAX_VALUE;
    volatile int breaks = Integer.MAX_VALUE;
    /** Status of the next {@link #refusals} answers. */
    volatile int refusalStatus = 503;
    volatile int refusals;
    /** Whether an answer that breaks off leaves the connection open instead. */
    volatile boolean hangs;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    FileServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/data/");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(range == null ? "" : range);
        byte[] content = files.get(exchange.getRequestURI().getPath().replaceFirst("^/data/", ""));
        if (refusals > 0 || content == null) {
            refusals--;
            exchange.sendResponseHeaders(content == null ? 404 : refusalStatus, -1);
            exchange.close();
            return;
        }
        int from = ranged && range != null ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
        if (from >= content.length && from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
            exchange.sendResponseHeaders(416, -1);
            exchange.close();
            return;
        }
        if (from > 0) {
            String sent = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
            exchange.getResponseHeaders().set("Content-Range", sent);
        }
        send(exchange, from > 0 ? 206 : 200, Arrays.copyOfRange(content, from, content.length));
    }

    private void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        boolean breaking = breaks > 0 && body.length > breakAfter;
        exchange.getResponseBody().write(body, 0, breaking ? breakAfter : body.length);
        exchange.getResponseBody().flush();
        if (breaking) {
            breaks--;
            if (hangs) {
                return;
            }
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
