package dev.gossamer.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Unpacks archives that come from elsewhere: plain files and folders only, none outside the destination, none too big.
 */
final class TarGz {

    /** The most that an archive may unpack to, in bytes; CIFAR-10 takes 184 million. */
    static final long MAX_BYTES = 1L << 30;

    private static final int MAX_ENTRIES = 1000;

    private TarGz() {}

    /**
     * Unpacks an archive into an empty folder.
     *
     * @param archive the {@code .tar.gz} file
     * @param destination an existing folder
     * @param maxBytes the most that all files together may take
     * @throws DataException if the archive holds anything but files and folders inside the destination, or too much
     * @throws IOException if it is damaged, or the files cannot be written
     */
    static void unpack(Path archive, Path destination, long maxBytes) throws IOException {
        Path root = destination.toAbsolutePath().normalize();
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
            long bytesLeft = maxBytes;
            int entries = 0;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries++;
                if (entries > MAX_ENTRIES) {
                    throw refused(archive, "more than " + MAX_ENTRIES + " entries");
                }
                Path target = target(archive, root, entry);
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    bytesLeft -= copy(tar, target, bytesLeft, archive);
                }
            }
        }
    }

    private static Path target(Path archive, Path root, TarArchiveEntry entry) {
        String name = entry.getName();
        byte type = entry.getLinkFlag();
        boolean plainFile = type == TarConstants.LF_NORMAL || type == TarConstants.LF_OLDNORM;
        if (!entry.isDirectory() && !plainFile) {
            throw refused(archive, "'" + name + "', which is no plain file");
        }
        Path target = root.resolve(name).normalize();
        if (Path.of(name).isAbsolute() || !target.startsWith(root) || !entry.isDirectory() && target.equals(root)) {
            throw refused(archive, "'" + name + "', which lies outside the folder it is unpacked to");
        }
        return target;
    }

    /** Copies by what is really there, whatever the header says. */
    private static long copy(InputStream from, Path target, long limit, Path archive) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                copied += read;
                if (copied > limit) {
                    throw refused(archive, "more than can be expected: the unpacked files exceed their limit in size");
                }
                out.write(buffer, 0, read);
            }
        }
        return copied;
    }

    private static DataException refused(Path archive, String what) {
        return new DataException(archive + " is not unpacked: it holds " + what + ".");
    }
}
