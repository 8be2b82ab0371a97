package dev.gossamer.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Chromium without window, spoken to in the Chrome DevTools Protocol. */
final class Browser implements AutoCloseable, WebSocket.Listener {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADDRESS = Pattern.compile("DevTools listening on (ws://\\S+)");

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final StringBuilder message = new StringBuilder();
    private String session = "";
    private int sent;

    private Browser(Path program, Path profile) throws IOException {
        this.profile = profile;
        process = new ProcessBuilder(program.toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic",
                        "--no-first-run", "--disable-background-networking", "--disable-component-update",
                        "--disable-sync", "--remote-debugging-port=0", "--user-data-dir=" + profile)
                .redirectErrorStream(true)
                .start();
        socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address(), this).join();
        String target = command("Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
        session = command("Target.attachToTarget", Map.of("targetId", target, "flatten", true)).get("sessionId")
                .asText();
        Stream.of("Page.enable", "Runtime.enable", "Log.enable", "Network.enable")
                .forEach(name -> command(name, Map.of()));
    }

    /** The program, where there is one; tests are skipped where not. */
    static Optional<Path> program() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(Path.of(folder)::resolve))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one; its profile is new. */
    static Browser start() {
        try {
            return new Browser(program().orElseThrow(), Files.createTempDirectory("chromium"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private URI address() throws IOException {
        BufferedReader output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = ADDRESS.matcher(line);
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
        }
        throw new IOException("Chromium ended before it could be spoken to");
    }

    JsonNode command(String method, Map<String, ?> parameters) {
        int id = ++sent;
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            command.put("sessionId", session);
        }
        socket.sendText(command.toString(), true).join();
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            receive(message.toString());
            message.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    private void receive(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            if (node.has("id")) {
                answers.remove(node.get("id").asInt()).complete(node.has("error") ? node : node.get("result"));
                return;
            }
            JsonNode parameters = node.get("params");
            switch (node.get("method").asText()) {
                case "Runtime.exceptionThrown", "Log.entryAdded" -> problems.add(parameters.toString());
                case "Runtime.consoleAPICalled" -> problems.add(parameters.get("args").toString());
                case "Network.requestWillBeSent" -> requests.add(parameters.at("/request/url").asText());
                default -> { }
            }
        } catch (IOException e) {
            problems.add(text);
        }
    }

    /** Opens a file and waits until it is loaded. */
    void open(Path file) {
        problems.clear();
        requests.clear();
        command("Page.navigate", Map.of("url", file.toUri().toString()));
        await("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /** The window: its size in pixels of style sheets, and whether the user prefers dark pages. */
    void window(int width, int height, boolean phone, boolean dark) {
        command("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
        command("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** The value of an expression. */
    JsonNode evaluate(String expression) {
        JsonNode result = command("Runtime.evaluate",
                Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    /** Waits for a condition. */
    void await(String condition) {
        for (int k = 0; k < 300; k++) {
            if (evaluate(condition).asBoolean()) {
                return;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("never true: " + condition);
    }

    void press(double x, double y) {
        for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
            command("Input.dispatchMouseEvent", Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount",
                    1));
        }
    }

    void move(double x, double y) {
        command("Input.dispatchMouseEvent", Map.of("type", "mouseMoved", "x", x, "y", y));
    }

    /** Errors and warnings on the console since the page was opened. */
    List<String> problems() {
        return problems;
    }

    /** Addresses that were asked for since the page was opened. */
    List<String> requests() {
        return requests;
    }

    /** A picture of the whole page. */
    void screenshot(Path png) throws IOException {
        JsonNode picture = command("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        Files.write(png, Base64.getDecoder().decode(picture.get("data").asText()));
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try (Stream<Path> files = Files.walk(profile)) {
            process.waitFor(5, TimeUnit.SECONDS);
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException | InterruptedException e) {
            System.err.println("remains of a browser in " + profile);
        }
    }
}
