package dev.gossamer.topology;

import java.util.Locale;
import java.util.Optional;

/**
 * A name taken apart: {@code [one-peer-]base[+weights][+lazy]}. The base is in the plain spelling, lower case with
 * hyphens, except for the path of a file, which stays as it is.
 *
 * @param onePeer whether the one-peer scheme of the base is meant
 * @param base a name of a family, or of a file, such as {@code file:PATH}
 * @param weights name of the weight rule, or empty
 * @param lazy whether the lazy scheme of what is before is meant
 */
record TopologyName(boolean onePeer, String base, String weights, boolean lazy) {

    static final String ONE_PEER = "one-peer-";
    static final String LAZY = "lazy";
    static final String PLUS_LAZY = "+" + LAZY;

    static TopologyName of(String name) {
        String stripped = name.strip();
        int path = stripped.indexOf(':') + 1;
        String head = plain(stripped.substring(0, path));
        String whole = plain(stripped);
        boolean onePeer = whole.startsWith(ONE_PEER);
        int start = onePeer ? ONE_PEER.length() : 0;
        boolean isFile = head.length() > start && FileKind.of(head.substring(start)).isPresent();
        return isFile
                ? ofFile(onePeer, head.substring(start), stripped.substring(path))
                : ofFamily(onePeer, whole.substring(start));
    }

    private static TopologyName ofFamily(boolean onePeer, String rest) {
        boolean lazy = rest.endsWith(PLUS_LAZY);
        String plain = lazy ? rest.substring(0, rest.length() - PLUS_LAZY.length()) : rest;
        int plus = plain.indexOf('+');
        return plus < 0 || plus == plain.length() - 1
                ? new TopologyName(onePeer, plain, "", lazy)
                : new TopologyName(onePeer, plain.substring(0, plus), plain.substring(plus + 1), lazy);
    }

    /** What follows the last plus is part of the path, unless it is {@code lazy} or a weight rule. */
    private static TopologyName ofFile(boolean onePeer, String prefix, String rest) {
        boolean lazy = behindPlus(rest).equals(LAZY);
        String path = lazy ? beforePlus(rest) : rest;
        return WeightRule.find(behindPlus(path)).isPresent()
                ? new TopologyName(onePeer, prefix + beforePlus(path), behindPlus(path), lazy)
                : new TopologyName(onePeer, prefix + path, "", lazy);
    }

    private static String behindPlus(String path) {
        int plus = path.lastIndexOf('+');
        return plus < 0 ? "" : plain(path.substring(plus + 1));
    }

    private static String beforePlus(String path) {
        return path.substring(0, path.lastIndexOf('+'));
    }

    private static String plain(String name) {
        return name.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s*\\+\\s*", "+")
                .replaceFirst("\\s*\\(([^()]*)\\)(?=$|\\+)", "-$1")
                .replaceAll("(\\d)\\s*x\\s*(\\d)", "$1x$2")
                .replaceAll("[\\s_]+", "-");
    }

    /** The kind of file that the topology is read from; empty for one of a family. */
    Optional<FileKind> file() {
        return FileKind.of(base);
    }

    /** The path of the file, as it was given. */
    String path() {
        return base.substring(file().orElseThrow().prefix().length());
    }

    /** The name of the same topology of another base. */
    String withBase(String other) {
        return (onePeer ? ONE_PEER : "") + other + (weights.isEmpty() ? "" : "+" + weights) + (lazy ? PLUS_LAZY : "");
    }

    /** The name without what makes it lazy. */
    TopologyName plain() {
        return new TopologyName(onePeer, base, weights, false);
    }
}
