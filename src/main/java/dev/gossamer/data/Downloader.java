package dev.gossamer.data;

import dev.gossamer.text.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Downloads the official files of a task. A download that stopped is continued, in this call or a later one; the MD5 is
 * compared with the published one; only complete and verified files, and completely unpacked archives, get their names.
 */
public final class Downloader {

    private static final String ARCHIVE = ".tar.gz";

    private final URI mirror;
    private final ProgressListener listener;
    private final FileDownload.Patience patience;
    private final HttpClient client;

    /**
     * Downloads from the official sources.
     *
     * @param listener told about progress
     */
    public Downloader(ProgressListener listener) {
        this(null, listener);
    }

    /**
     * Downloads from another place that has the same files.
     *
     * @param mirror address of the folder that holds them; null for the official sources
     * @param listener told about progress
     */
    public Downloader(URI mirror, ProgressListener listener) {
        this(mirror, listener, FileDownload.Patience.STANDARD);
    }

    Downloader(URI mirror, ProgressListener listener, FileDownload.Patience patience) {
        this.mirror = mirror;
        this.listener = listener;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .connectTimeout(patience.connect())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /**
     * Downloads the files of a task and unpacks archives, unless {@link Inventory#isComplete all are there}.
     *
     * @param task whose files
     * @param directory the data directory; the files go to the task's folder in it
     * @throws DataException if the server cannot be reached, a file is not what was published, or writing fails
     */
    public void fetch(PublishedTask task, Path directory) {
        if (Inventory.of(task, directory).isComplete()) {
            return;
        }
        if (task.source().files().isEmpty()) {
            throw new DataException(task + " is not downloaded: of " + task.source().base() + ", unpack "
                    + String.join(", ", task.files()) + (task.mayBeGzipped() ? " (gzipped or not)" : "") + " into "
                    + directory.resolve(task.folder()) + ".");
        }
        fetch(task.source().files(), task.source().base(), directory, task.folder());
    }

    /** Downloads files to a folder of the data directory. */
    void fetch(List<PublishedTask.RemoteFile> files, URI official, Path directory, String folder) {
        Path target = directory.resolve(folder);
        String base = (mirror == null ? official : mirror).toString();
        URI source = URI.create(base.endsWith("/") ? base : base + "/");
        try {
            for (PublishedTask.RemoteFile file : files) {
                if (file.name().endsWith(ARCHIVE)) {
                    boolean isOwn = !Files.exists(directory.resolve(file.name()));
                    Path archive = fetchFile(source, file, directory);
                    unpack(archive, target);
                    if (isOwn) {
                        Files.delete(archive);
                    }
                } else {
                    fetchFile(source, file, target);
                }
            }
        } catch (IOException e) {
            throw new DataException("downloading to " + target.toAbsolutePath().normalize() + " failed ("
                    + FileFailure.fileAndReason(e) + ").", e);
        }
    }

    /** Makes sure that a folder holds a verified file, which may lie there already. */
    private Path fetchFile(URI source, PublishedTask.RemoteFile file, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path target = folder.resolve(file.name());
        if (isVerified(target, file)) {
            return target;
        }
        Path part = folder.resolve(file.name() + ".part");
        boolean continued = Files.exists(part);
        String found = download(source, file, part);
        if (continued && !found.equals(file.md5())) {
            Files.delete(part);
            found = download(source, file, part);
        }
        if (!found.equals(file.md5())) {
            Files.delete(part);
            throw new DataException(source.resolve(file.name()) + " is not the published file: expected MD5 "
                    + file.md5() + ", found " + found + " (the download was deleted).");
        }
        keepOther(target);
        move(part, target);
        return target;
    }

    /** A file that was put there by hand gets another name before that of the same name comes. */
    private static void keepOther(Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(target, kept(target));
        }
    }

    private static Path kept(Path target) {
        return FreeName.beside(target, "other");
    }

    /** Whether the published file is there; another one, put there by hand, is not passed over in silence. */
    private boolean isVerified(Path target, PublishedTask.RemoteFile file) throws IOException {
        if (!Files.isRegularFile(target)) {
            return false;
        }
        String found = md5(target);
        if (!found.equals(file.md5())) {
            listener.warn(target.toAbsolutePath().normalize() + " is not the published file: expected MD5 "
                    + file.md5() + ", found " + found + "; it is downloaded anew, and this one is kept as "
                    + kept(target).getFileName());
        }
        return found.equals(file.md5());
    }

    private String download(URI source, PublishedTask.RemoteFile file, Path part) throws IOException {
        new FileDownload(client, source.resolve(file.name()), part, file.name(), listener, patience).run();
        return md5(part);
    }

    private static String md5(Path file) throws IOException {
        MessageDigest digest = Digests.of("MD5");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                continue;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Unpacks beside the target, of which the archive holds a folder of the same name, and renames. */
    private void unpack(Path archive, Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        Path temporary = Files.createTempDirectory(parent, target.getFileName() + ".unpacking-");
        try {
            TarGz.unpack(archive, temporary, TarGz.MAX_BYTES);
            Path unpacked = temporary.resolve(target.getFileName());
            if (!Files.isDirectory(unpacked)) {
                throw new DataException(archive + " does not hold the folder " + target.getFileName() + ".");
            }
            if (Files.exists(target)) {
                moveFiles(unpacked, target);
            } else {
                move(unpacked, target);
            }
        } finally {
            delete(temporary);
        }
    }

    /** Completes a folder that is there already, file by file. */
    private void moveFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(file.getFileName());
                if (Files.exists(target) && Files.isRegularFile(target) && Files.mismatch(file, target) < 0) {
                    continue;
                }
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    listener.warn(target.toAbsolutePath().normalize() + " is not the published file; it is replaced,"
                            + " and kept as " + kept(target).getFileName());
                }
                keepOther(target);
                move(file, target);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
