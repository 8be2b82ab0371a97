package dev.gossamer.data;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One download into a partial file, continued where an earlier one stopped (HTTP Range), and tried again after failures
 * that may pass: broken connections, stalls, and the server's own errors.
 */
final class FileDownload {

    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int POLLS_PER_SECOND = 5;

    /**
     * How long a download is patient.
     *
     * @param connect longest wait for a first answer; past it there is taken to be no network
     * @param stall longest time without a new byte
     * @param pause wait before another attempt, doubled each time
     * @param attempts attempts in a row that bring no new byte
     */
    record Patience(Duration connect, Duration stall, Duration pause, int attempts) {

        static final Patience STANDARD =
                new Patience(Duration.ofSeconds(6), Duration.ofSeconds(30), Duration.ofSeconds(1), 4);
    }

    /** A failure that another attempt may mend. */
    private static final class Passing extends Exception {

        private static final long serialVersionUID = 1;

        Passing(String reason) {
            super(reason);
        }
    }

    private final HttpClient client;
    private final URI uri;
    private final Path part;
    private final ProgressListener listener;
    private final String name;
    private final Patience patience;
    private volatile boolean answered;
    private volatile long total = -1;

    /**
     * @param client sends the requests
     * @param uri what to download
     * @param part the partial file, made or continued
     * @param name name of the file, for the listener
     * @param listener told about progress
     * @param patience limits of waiting
     */
    FileDownload(HttpClient client, URI uri, Path part, String name, ProgressListener listener, Patience patience) {
        this.client = client;
        this.uri = uri;
        this.part = part;
        this.name = name;
        this.listener = listener;
        this.patience = patience;
    }

    /**
     * Downloads until the partial file is complete.
     *
     * @throws DataException if the server cannot be reached, refuses, or breaks off again and again
     * @throws IOException if the partial file cannot be written
     */
    void run() throws IOException {
        long most = bytesOnDisk();
        int fruitless = 0;
        while (true) {
            try {
                attempt();
                listener.progress(name, bytesOnDisk(), total);
                return;
            } catch (Passing e) {
                boolean advanced = bytesOnDisk() > most;
                most = Math.max(most, bytesOnDisk());
                fruitless = advanced ? 0 : fruitless + 1;
                if (fruitless >= patience.attempts) {
                    throw new DataException(uri + " could not be downloaded: " + e.getMessage() + " (" + fruitless
                            + " attempts; " + bytesOnDisk() + " bytes are kept for the next).", e);
                }
                sleep(patience.pause.toMillis() << fruitless);
            }
        }
    }

    private void attempt() throws IOException, Passing {
        long from = bytesOnDisk();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        HttpResponse<Path> response = await(client.sendAsync(request.build(), intoPart(from)));
        int status = response.statusCode();
        if (status == RANGE_NOT_SATISFIABLE) {
            finishUnlessLonger(response, from);
        } else if (status == PARTIAL_CONTENT && rangeStart(response.headers()) != from) {
            Files.deleteIfExists(part);
            throw new Passing("the server sent another part of the file than asked for");
        } else if (status >= SERVER_ERROR || status == TOO_MANY_REQUESTS) {
            throw new Passing("the server answered with status " + status);
        } else if (status != OK && status != PARTIAL_CONTENT) {
            throw new DataException(uri + " could not be downloaded: the server answered with status " + status + ".");
        }
    }

    /** Nothing lies beyond the partial file: it is complete, or not of this file. */
    private void finishUnlessLonger(HttpResponse<Path> response, long from) throws IOException, Passing {
        if (!contentRange(response.headers()).endsWith("/" + from)) {
            Files.deleteIfExists(part);
            throw new Passing("the partial file did not fit the server's");
        }
        total = from;
    }

    /** Appends what continues the partial file, writes a whole file over it, and drops the body of an error. */
    private BodyHandler<Path> intoPart(long from) {
        return response -> {
            answered = true;
            if (response.statusCode() == OK) {
                total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                return file(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS);
            }
            if (response.statusCode() == PARTIAL_CONTENT && rangeStart(response.headers()) == from) {
                long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                total = length < 0 ? -1 : from + length;
                return file(StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
            }
            return BodySubscribers.replacing(part);
        };
    }

    private BodySubscriber<Path> file(OpenOption... options) {
        return BodySubscribers.ofFile(part, options);
    }

    private static String contentRange(HttpHeaders headers) {
        return headers.firstValue("Content-Range").orElse("");
    }

    /** First byte of {@code bytes FIRST-LAST/TOTAL}, or -1. */
    private static long rangeStart(HttpHeaders headers) {
        String range = contentRange(headers);
        String digits = range.replaceFirst("^bytes (\\d{1,18})-.*$", "$1");
        return digits.equals(range) ? -1 : Long.parseLong(digits);
    }

    /** Waits for the whole answer as long as it advances, telling the listener. */
    private HttpResponse<Path> await(CompletableFuture<HttpResponse<Path>> answer) throws IOException, Passing {
        long lastSize = bytesOnDisk();
        long lastAdvance = System.nanoTime();
        boolean knownAnswered = false;
        try {
            while (true) {
                try {
                    return answer.get(1000 / POLLS_PER_SECOND, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    long size = bytesOnDisk();
                    if (size != lastSize || answered != knownAnswered) {
                        lastSize = size;
                        knownAnswered = answered;
                        lastAdvance = System.nanoTime();
                    }
                    if (answered) {
                        listener.progress(name, size, total);
                    }
                    checkPatience(System.nanoTime() - lastAdvance);
                }
            }
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("the download of " + uri + " was interrupted; what is there is kept.", e);
        } finally {
            answer.cancel(true);
        }
    }

    private void checkPatience(long idleNanos) throws Passing {
        if (!answered && idleNanos > patience.connect.toNanos()) {
            throw new DataException(uri.getHost() + " cannot be reached: no answer within "
                    + patience.connect.toSeconds() + " seconds.");
        }
        if (answered && idleNanos > patience.stall.toNanos()) {
            throw new Passing("the server sent nothing for " + patience.stall.toSeconds() + " seconds");
        }
    }

    /** What a broken exchange means: nobody there, a full disk, or a connection that broke off. */
    private Passing failed(Throwable cause) throws IOException {
        if (!answered) {
            throw new DataException(uri.getHost() + " cannot be reached (" + reason(cause) + ").", cause);
        }
        if (cause instanceof java.nio.file.FileSystemException e) {
            throw e;
        }
        return new Passing("it broke off (" + reason(cause) + ")");
    }

    /** The first message in a chain of causes, with the last cause's type where there is none. */
    private static String reason(Throwable failure) {
        Throwable last = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                return cause.getMessage();
            }
            last = cause;
        }
        return switch (last.getClass().getSimpleName()) {
            case "UnresolvedAddressException" -> "its address is not known";
            case "ClosedChannelException", "ConnectException" -> "connection refused";
            default -> last.getClass().getSimpleName();
        };
    }

    private long bytesOnDisk() throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("the download was interrupted; what is there is kept.", e);
        }
    }
}
