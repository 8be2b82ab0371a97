package dev.gossamer.data;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.text.Digests;
import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Disjoint parts that a file says: a line for each training image, in their order, with the number of its worker, from
 * 0. A first line that is no number is a header. The file is read once, when it is first needed.
 */
public final class FilePartition implements Partition {

    private static final String PREFIX = "file:";

    private final Path path;
    private int[] owners;

    private FilePartition(Path path) {
        this.path = path;
    }

    /** Those of all files. */
    public static final class Family implements Partition.Family {

        @Override
        public String form() {
            return PREFIX + "FILE";
        }

        @Override
        public Pattern pattern() {
            return Pattern.compile(PREFIX + "(.+)");
        }

        @Override
        public Partition partition(Parameters parameters) {
            return new FilePartition(parameters.path(1));
        }
    }

    @Override
    public int[][] assign(ImageSet images, int workers, long seed) {
        int[] counts = counts(images.size(), workers);
        int[][] parts = new int[workers][];
        Arrays.setAll(parts, worker -> new int[counts[worker]]);
        Arrays.fill(counts, 0);
        int[] of = owners();
        for (int i = 0; i < of.length; i++) {
            parts[of[i]][counts[of[i]]++] = i;
        }
        return parts;
    }

    @Override
    public void check(int images, int workers) {
        counts(images, workers);
    }

    /** How many images each worker has [n]. */
    private int[] counts(int images, int workers) {
        int[] of = owners();
        if (of.length != images) {
            throw DataException.of("%s has %,d lines with a worker: expected one for each of the %,d training images.",
                    path, of.length, images);
        }
        int[] counts = new int[workers];
        for (int worker : of) {
            if (worker >= workers) {
                throw DataException.of("%s gives images to worker %d: expected workers from 0 to %d.", path, worker,
                        workers - 1);
            }
            counts[worker]++;
        }
        for (int worker = 0; worker < workers; worker++) {
            if (counts[worker] == 0) {
                throw DataException.of("%s gives no image to worker %d: expected at least one for each of 0 to %d.",
                        path, worker, workers - 1);
            }
        }
        return counts;
    }

    /** SHA-256 over the workers of the images, in lines. */
    @Override
    public Optional<String> fingerprint() {
        String text = Arrays.stream(owners()).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        return Optional.of(Digests.sha256(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private synchronized int[] owners() {
        if (owners == null) {
            owners = read();
        }
        return owners;
    }

    private int[] read() {
        IntStream.Builder found = IntStream.builder();
        try (TextLines lines = new TextLines(path)) {
            boolean isFirst = true;
            for (String line = lines.next(); line != null; line = lines.next()) {
                int worker = worker(line.strip());
                if (worker >= 0) {
                    found.add(worker);
                } else if (!isFirst || Numbers.isDecimal(line.strip())) {
                    throw lines.refused("expected the number of a worker, found %s", Shown.value(line));
                }
                isFirst = false;
            }
        }
        return found.build().toArray();
    }

    /** The number, or -1 where it is none. */
    private static int worker(String text) {
        try {
            return Numbers.integer(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FilePartition partition && partition.path.equals(path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return PREFIX + path;
    }
}
