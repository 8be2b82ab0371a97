package dev.gossamer.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The folder {@code checkpoints} of a run: files {@code step-1234.checkpoint}, of which the newest are kept. */
final class CheckpointFolder {

    static final String NAME = "checkpoints";

    private static final String START = "step-";
    private static final String ENDING = ".checkpoint";

    private final Path folder;
    private ByteBuffer buffer;

    CheckpointFolder(Path runFolder) {
        folder = runFolder.resolve(NAME);
    }

    /**
     * Writes a checkpoint, and then removes older and damaged ones.
     *
     * @param kept number of checkpoints that are left, at least 1
     * @throws RecordException if it cannot be written; those before it stay
     */
    void write(CheckpointHeader header, Checkpoint.Rows rows, Checkpoint.Measured measured, int kept) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
        if (buffer == null) {
            buffer = Checkpoint.rowBuffer(header.parameters());
        }
        WholeFile.write(folder.resolve(START + header.step() + ENDING),
                out -> Checkpoint.write(header, rows, measured, buffer, out));
        List<Path> wanted = newestFirst().stream().limit(kept).toList();
        list(file -> !wanted.contains(file)).forEach(CheckpointFolder::delete);
    }

    /**
     * The newest checkpoint that is as it was written; newer ones that are not get another ending.
     *
     * @param usable says whether the other files of the run are those that it was written with
     * @param warnings takes a sentence about each checkpoint that cannot be used
     */
    Optional<Checkpoint> newest(Predicate<CheckpointHeader> usable, Consumer<String> warnings) {
        for (Path file : newestFirst()) {
            try {
                Checkpoint checkpoint = Checkpoint.verify(file);
                if (usable.test(checkpoint.header())) {
                    return Optional.of(checkpoint);
                }
                warnings.accept("checkpoint " + file + " is passed over, because " + RunFolder.METRICS
                        + " or the event file is shorter than when it was written");
            } catch (RecordException e) {
                warnings.accept("checkpoint " + file + " is damaged: " + e.getMessage()
                        + "; the one before it is used, if there is one");
            }
            putAside(file);
        }
        return Optional.empty();
    }

    /** Removes the folder with all checkpoints. */
    void clear() {
        if (Files.isDirectory(folder)) {
            list(file -> true).forEach(CheckpointFolder::delete);
            delete(folder);
        }
    }

    private List<Path> newestFirst() {
        return list(file -> file.getFileName().toString().matches(START + "\\d{1,18}" + ENDING)).stream()
                .sorted(Comparator.comparingLong(CheckpointFolder::step).reversed())
                .toList();
    }

    private static long step(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(START.length(), name.length() - ENDING.length()));
    }

    private List<Path> list(Predicate<Path> which) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(which).toList();
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
    }

    private static void putAside(Path file) {
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }
}
