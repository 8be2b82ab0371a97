package dev.gossamer.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.text.Digests;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars compiled here, whole and broken ones. */
public class PluginsTest {

    /** What plug-ins bring here. */
    public interface Shape extends Entry {}

    @TempDir
    Path home;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(home.resolve("plugins"));
    }

    private record Own(String form) implements Shape {}

    private Catalogue<Shape> catalogue(Plugins plugins) {
        return new Catalogue<Shape>("shape", List.of(new Own("circle")))
                .with(plugins, Shape.class, shape -> List.of(shape));
    }

    private static String shape(String name, String form, String body) {
        return "public class " + name + " implements dev.gossamer.catalogue.PluginsTest.Shape {"
                + " public String form() { return \"" + form + "\"; } " + body + " }";
    }

    /** A jar of classes, by name and source, whose service file names those given. */
    private void jar(String file, Map<String, String> sources, Path classPath, String... services) throws IOException {
        Path classes = Files.createTempDirectory(home, "classes");
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, source) -> units.add(new SimpleJavaFileObject(
                URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignored) {
                return source;
            }
        }));
        if (!units.isEmpty()) {
            assertTrue(ToolProvider.getSystemJavaCompiler().getTask(null, null, null, List.of("-d", classes.toString(),
                    "-cp", String.join(File.pathSeparator, place(Entry.class), place(Shape.class),
                            classPath.toString())), null, units).call());
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(folder.resolve(file)));
                Stream<Path> files = Files.list(classes)) {
            for (Path path : files.sorted().toList()) {
                out.putNextEntry(new JarEntry(path.getFileName().toString()));
                out.write(Files.readAllBytes(path));
            }
            out.putNextEntry(new JarEntry("META-INF/services/" + Shape.class.getName()));
            out.write(String.join("\n", services).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String place(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    private void jar(String file, String name, String source) throws IOException {
        jar(file, Map.of(name, source), home, name);
    }

    @Test
    void theirEntriesFollowTheOwnAndTheirContentIsKnown() throws IOException {
        jar("b.jar", Map.of("Square", shape("Square", "square", ""), "Kite", shape("Kite", "kite", "")), home,
                "# two of them", "Square # first", "", "Kite");
        jar("a.jar", "Star", shape("Star", "star", ""));
        Plugins plugins = Plugins.in(folder);
        assertEquals(List.of("circle", "star", "square", "kite"), catalogue(plugins).names());
        assertEquals(List.of(), plugins.problems());
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("a.jar", Digests.sha256(Files.readAllBytes(folder.resolve("a.jar"))));
        expected.put("b.jar", Digests.sha256(Files.readAllBytes(folder.resolve("b.jar"))));
        assertEquals(expected, plugins.fingerprints());
    }

    @Test
    void oneJarMayUseAnother() throws IOException {
        jar("library.jar", Map.of("Help", "public class Help { public static String name() { return \"star\"; } }"),
                home);
        Path library = folder.resolve("library.jar");
        String source = shape("Star", "", "").replace("\"\"", "Help.name()");
        jar("star.jar", Map.of("Star", source), library, "Star");
        assertEquals(List.of("circle", "star"), catalogue(Plugins.in(folder)).names());
        Files.delete(library);
        Plugins alone = Plugins.in(folder);
        assertEquals(List.of("circle"), catalogue(alone).names());
        assertEquals(List.of("plug-in star.jar: class Star needs the class Help, which is in no jar here; put its jar"
                + " into the folder, too"), alone.problems());
    }

    @Test
    void whatCannotBeUsedIsToldAndTheRestIsUsed() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "no jar");
        jar("b.jar", Map.of("Square", shape("Square", "square", "")), home, "Gone", "Square");
        jar("c.jar", Map.of("Other", "public class Other {}"), home, "Other");
        jar("d.jar", "Taken", shape("Taken", "circle", ""));
        jar("e.jar", "Hidden", shape("Hidden", "hidden", "private Hidden() {}"));
        jar("f.jar", "Failing",
                shape("Failing", "failing", "public Failing() { throw new RuntimeException(\"no\"); }"));
        jar("g.jar", "Early", shape("Early", "early", "static final int X = 1 / Integer.parseInt(\"0\");"));
        String keys = "public java.util.List<dev.gossamer.catalogue.Key<?>> keys() { return java.util.List.of("
                + "dev.gossamer.catalogue.Key.integer(\"%s\", \"1\", \"[1, 9]\", \"how wide\")); }";
        jar("i.jar", "Wide", shape("Wide", "wide", keys.formatted("width")));
        jar("j.jar", "First", shape("First", "first", keys.formatted("reach")));
        jar("k.jar", "Second", shape("Second", "second", keys.formatted("reach")));
        jar("h.jar", "Kite", shape("Kite", "kite", ""));
        Plugins plugins = Plugins.in(folder);
        assertEquals(List.of("circle", "square", "kite", "first"), catalogue(plugins).names());
        assertEquals(List.of(
                "plug-in a.jar: cannot be read as a jar: zip END header not found",
                "plug-in b.jar: class Gone is named in META-INF/services, but is not there",
                "plug-in c.jar: class Other is no " + Shape.class.getName(),
                "plug-in e.jar: class Hidden has no public constructor without parameters",
                "plug-in f.jar: class Failing failed: java.lang.RuntimeException: no",
                "plug-in g.jar: class Early failed: java.lang.ArithmeticException: / by zero",
                "plug-in d.jar: class Taken does not fit: two of shape are named circle, one of them by Taken",
                "plug-in i.jar: class Wide does not fit: the name of its key width is taken",
                "plug-in k.jar: class Second does not fit: two keys are named reach: that of what is added has to have"
                        + " another name, or be the same object"),
                plugins.problems());
    }

    @Test
    void withoutAFolderThereAreNone() {
        Plugins none = Plugins.in(home.resolve("missing"));
        assertTrue(none.isEmpty());
        assertEquals(List.of("circle"), catalogue(none).names());
    }
}
