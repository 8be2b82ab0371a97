package dev.gossamer.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that only one process writes to at a time: the one that has the lock on the file {@code .lock} in it. The
 * system gives the lock back however a process ends.
 */
public final class FolderLock implements Closeable {

    /** The name of the file; it stays, with the number of the last process that had the lock. */
    public static final String FILE_NAME = ".lock";

    private static final int LONGEST = 32;

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes a folder.
     *
     * @param folder a folder that exists
     * @return empty where another process has it, or this one already
     * @throws RecordException if its file cannot be written, is a link, or is not one that this class wrote
     */
    public static Optional<FolderLock> take(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw foreign(file);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            FileLock lock = channel.tryLock();
            if (lock != null) {
                rejectForeign(file, channel);
                write(ProcessHandle.current().pid() + "\n", channel);
                return Optional.of(new FolderLock(folder, channel));
            }
            channel.close();
            return Optional.empty();
        } catch (OverlappingFileLockException e) {
            close(channel, file);
            return Optional.empty();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /**
     * Takes a folder of results.
     *
     * @throws RecordException as {@link #take}, or where another process has it, or this one already
     */
    public static FolderLock takeResults(Path folder) {
        return take(folder).orElseThrow(() -> new RecordException(
                "results folder " + folder + " is in use by another process; wait for it, or stop it"));
    }

    /** A file of this name is the user's own, unless it holds the number of a process. */
    private static void rejectForeign(Path file, FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(LONGEST);
        channel.read(content, 0);
        String text = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
        if (channel.size() > LONGEST || !text.matches("\\d*\\s*")) {
            channel.close();
            throw foreign(file);
        }
    }

    private static RecordException foreign(Path file) {
        return new RecordException(
                file + " is not the lock of a folder of results; move it away, or take another folder");
    }

    private static void write(String text, FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static void close(FileChannel channel, Path file) {
        try {
            channel.close();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Gives the folder back. */
    @Override
    public void close() {
        close(channel, folder.resolve(FILE_NAME));
    }
}
