package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.text.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** Folders with what a compiler makes of sources: made once for the same sources, in the folder of the build. */
final class CompiledSources {

    private CompiledSources() {}

    /**
     * Such a folder.
     *
     * @param kind what it is
     * @param sources contents by the names of the files
     * @param command executed in the folder
     */
    static synchronized Path folder(String kind, Map<String, String> sources, String... command)
            throws IOException, InterruptedException {
        Path all = Files.createDirectories(Path.of("target", kind)).toAbsolutePath();
        String content = sources + String.join(" ", command);
        Path made = all.resolve(Digests.sha256(content.getBytes(StandardCharsets.UTF_8)).substring(0, 16));
        if (!Files.exists(made)) {
            Path making = Files.createTempDirectory(all, "making");
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Files.writeString(making.resolve(source.getKey()), source.getValue());
            }
            Process compiler = new ProcessBuilder(command).directory(making.toFile()).redirectErrorStream(true).start();
            String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, compiler.waitFor(), output);
            Files.move(making, made, StandardCopyOption.ATOMIC_MOVE);
        }
        return made;
    }

    /** The text of a file of the tests' resources. */
    static String resource(String file) throws IOException {
        try (var stream = CompiledSources.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
