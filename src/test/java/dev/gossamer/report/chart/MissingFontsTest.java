package dev.gossamer.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Draws in a Java of its own, without the module that fonts are in. */
class MissingFontsTest {

    public static void main(String[] arguments) {
        try {
            Charts.learningRateAccuracy(List.of(), "title", "", Path.of(arguments[0]));
        } catch (ChartException e) {
            System.out.print(e.getMessage());
        }
    }

    @Test
    void isOneSentence(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("x.svg");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base,java.xml,java.logging",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MissingFontsTest.class.getName(),
                        svg.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, java.waitFor());
        assertEquals(
                "charts need fonts, and Java finds none: install fontconfig and a font package such as DejaVu", output);
        assertTrue(!svg.toFile().exists());
    }
}
