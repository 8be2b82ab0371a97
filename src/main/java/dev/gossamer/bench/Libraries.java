package dev.gossamer.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** Versions of the native libraries' presets, as their jars say. */
final class Libraries {

    private Libraries() {}

    /** Library and JavaCPP version, for example {@code onednn: 3.11-1.5.13}. */
    static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("onednn", version("org.bytedeco/dnnl"));
        versions.put("openblas", version("org.bytedeco/openblas"));
        versions.put("nd4j", version("org.nd4j/nd4j-api"));
        return versions;
    }

    private static String version(String artifact) {
        try (InputStream in = Libraries.class.getResourceAsStream("/META-INF/maven/" + artifact + "/pom.properties")) {
            if (in == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
