package dev.gossamer.record;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder {@code checkpoints} of a run: files {@code step-1234.checkpoint}, of which the newest are kept. Whatever
 * else is in it stays as it is.
 */
final class CheckpointFolder {

    static final String NAME = "checkpoints";

    private static final String START = "step-";
    private static final String ENDING = ".checkpoint";
    private static final String FILE = START + "\\d{1,18}" + ENDING;

    private final Path folder;
    private ByteBuffer buffer;

    CheckpointFolder(Path runFolder) {
        folder = runFolder.resolve(NAME);
    }

    /**
     * Writes a checkpoint, and then removes older ones.
     *
     * @param metrics the {@code metrics.csv} of the run
     * @param kept number of checkpoints that are left, at least 1
     * @throws RecordException if it cannot be written, or the folder of the run is gone; those before it stay
     */
    void write(CheckpointHeader header, Checkpoint.Rows rows, Checkpoint.Measured measured, Path metrics, int kept) {
        make();
        if (buffer == null) {
            buffer = Checkpoint.rowBuffer(header.parameters());
        }
        Path written = folder.resolve(START + header.step() + ENDING);
        WholeFile.write(written, out -> Checkpoint.write(header, rows, measured, metrics, buffer, out));
        newestFirst().stream().filter(file -> !file.equals(written)).filter(CheckpointFolder::isWritten)
                .skip(kept - 1).forEach(CheckpointFolder::delete);
    }

    /** Not its parents: where the folder of the run was renamed, it must not appear again. */
    private void make() {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
            }
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
    }

    /**
     * The newest checkpoint that is as it was written; newer ones that are not get another ending.
     *
     * @param usable says whether the other files of the run are those that it was written with
     * @param warnings takes a sentence about each checkpoint that cannot be used
     * @throws RecordException if one cannot be read, or is of another version of the program
     */
    Optional<Checkpoint> newest(Predicate<CheckpointHeader> usable, Consumer<String> warnings) {
        String run = RunFolder.fingerprint(folder.getParent());
        for (Path file : newestFirst()) {
            try {
                Checkpoint checkpoint = Checkpoint.verify(file);
                boolean isOwn = checkpoint.header().isOf(run);
                if (isOwn && usable.test(checkpoint.header())) {
                    return Optional.of(checkpoint);
                }
                warnings.accept("checkpoint " + file + " is passed over, because " + (isOwn
                        ? RunFolder.METRICS + " is not what it was when it was written"
                        : "it is of another run"));
            } catch (RecordException e) {
                rethrowUnlessDamaged(e);
                warnings.accept("checkpoint " + file + " is damaged: " + e.getMessage()
                        + "; the one before it is used, if there is one");
            }
            WholeFile.putAside(file, file.getFileName().toString());
        }
        return Optional.empty();
    }

    /** What cannot be read now, or is of another version, may be as it was written. */
    private static void rethrowUnlessDamaged(RecordException failure) {
        if (failure.getCause() instanceof IOException && !(failure.getCause() instanceof EOFException)) {
            throw failure;
        }
    }

    /** The newest file that looks like a checkpoint of the run, of which nothing but the start was read. */
    Optional<Checkpoint> glance() {
        String run = RunFolder.fingerprint(folder.getParent());
        return newestFirst().stream().flatMap(file -> glance(file).stream())
                .filter(checkpoint -> checkpoint.header().isOf(run))
                .findFirst();
    }

    private static Optional<Checkpoint> glance(Path file) {
        try {
            return Optional.of(Checkpoint.glance(file));
        } catch (RecordException e) {
            return Optional.empty();
        }
    }

    /** Whether a file is one that {@link #write} has written, as far as its start tells. */
    private static boolean isWritten(Path file) {
        return glance(file).isPresent();
    }

    /** Whether a file starts as a checkpoint does, as far as it goes. */
    private static boolean isBegun(Path file) {
        byte[] start = MetricsFile.start(file, CheckpointHeader.START.length);
        return Arrays.equals(start, Arrays.copyOf(CheckpointHeader.START, start.length));
    }

    /** Whether there was a checkpoint that was put aside. */
    boolean hasDamaged() {
        return !list(FILE + "\\.damaged.*").isEmpty();
    }

    /** Removes what is left of checkpoints that were not written to their end. */
    void clear() {
        if (Files.isDirectory(folder)) {
            WholeFile.clear(folder, FILE, CheckpointFolder::isBegun);
        }
    }

    private List<Path> newestFirst() {
        return list(FILE).stream().sorted(Comparator.comparingLong(CheckpointFolder::step).reversed()).toList();
    }

    private List<Path> list(String names) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(names))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
    }

    private static long step(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(START.length(), name.length() - ENDING.length()));
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }
}
