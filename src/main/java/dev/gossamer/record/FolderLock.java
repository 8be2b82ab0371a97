package dev.gossamer.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A folder that only one process writes to at a time: the one that has the lock on the file {@code .lock} in it. The
 * system gives the lock back however a process ends.
 */
public final class FolderLock implements Closeable {

    /** The name of the file; it stays, with the number of the last process that had the lock. */
    public static final String FILE_NAME = ".lock";

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
     * @throws RecordException if its file cannot be written
     */
    public static Optional<FolderLock> take(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock != null) {
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
