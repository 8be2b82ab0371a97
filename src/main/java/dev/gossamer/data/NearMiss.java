package dev.gossamer.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds what somebody took for a task's data: another version of it, an archive still packed, files in another folder
 * or with other names. Only names are looked at, in the data directory and two levels of folders below.
 */
final class NearMiss {

    private static final int LEVELS = 3;
    private static final int MOST_ENTRIES = 10_000;

    /** A set of torchvision's that has its files' names from MNIST, too. */
    private static final String QMNIST = "qmnist";

    /** What the downloader makes and a killed process leaves; it is of no use, and does not hinder a download. */
    private static final Pattern REMAINS = Pattern.compile(".*\\.(part|unpacking-.*)");

    private static final Pattern PACKED = Pattern.compile(".*\\.(tar|tgz|tar\\.gz|zip)");

    private final Inventory inventory;
    /** Folders of other sets, whose files may have the same names. */
    private final Set<String> others = new HashSet<>(Set.of(QMNIST));

    private NearMiss(Inventory inventory) {
        this.inventory = inventory;
        for (PublishedTask task : PublishedTask.all()) {
            others.addAll(folders(task));
        }
        others.removeAll(folders(inventory.task()));
    }

    /** Names of the folders of a set, here and for other programs, in lower case. */
    private static List<String> folders(PublishedTask task) {
        Path anywhere = Path.of("");
        return Stream.concat(Stream.of(Path.of(task.folder())), task.otherFolders(anywhere).stream())
                .map(folder -> folder.getName(0).toString().toLowerCase(Locale.ROOT)).toList();
    }

    /** A clause that says what was found, and what it needs; empty where there is nothing of the kind. */
    static Optional<String> of(Inventory inventory) {
        NearMiss near = new NearMiss(inventory);
        return near.entries().stream().flatMap(entry -> near.judge(entry).stream()).findFirst();
    }

    /** Everything there is, the upper levels first. What cannot be looked at is passed over. */
    private List<Path> entries() {
        List<Path> entries = new ArrayList<>();
        List<Path> folders = List.of(inventory.directory());
        for (int level = 0; level < LEVELS; level++) {
            List<Path> inside = new ArrayList<>();
            folders.forEach(folder -> list(folder, inside));
            entries.addAll(inside);
            folders = inside.stream().filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)).toList();
        }
        return entries;
    }

    private void list(Path folder, List<Path> inside) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            for (Path entry : content) {
                if (inside.size() + found.size() == MOST_ENTRIES) {
                    break;
                }
                String name = name(entry);
                if (!others.contains(name) && !REMAINS.matcher(name).matches()) {
                    found.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return;
        }
        found.sort(null);
        inside.addAll(found);
    }

    private static String name(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private Optional<String> judge(Path entry) {
        PublishedTask task = inventory.task();
        Optional<String> mistaken = task.mistaken(name(entry));
        if (mistaken.isPresent()) {
            return Optional.of(entry + " " + mistaken.get());
        }
        if (PACKED.matcher(name(entry)).matches() && name(entry).startsWith(task.archive())) {
            return isDownload(entry) ? Optional.empty() : Optional.of(entry + " is not unpacked");
        }
        return task.files().stream().flatMap(file -> judge(entry, file).stream()).findFirst();
    }

    /** An archive that the downloader goes on with, without a network. */
    private boolean isDownload(Path entry) {
        return inventory.task().source().files().stream()
                .anyMatch(file -> entry.equals(inventory.directory().resolve(file.name())));
    }

    private Optional<String> judge(Path entry, String file) {
        boolean alike = plain(name(entry)).equals(plain(file)) && Files.isRegularFile(entry);
        if (!alike || inventory.files().contains(entry)) {
            return Optional.empty();
        }
        if (Inventory.names(inventory.task(), file).contains(entry.getFileName().toString())) {
            return inventory.folder().equals(entry.getParent())
                    ? Optional.empty()
                    : Optional.of(entry.getParent() + " holds a file " + entry.getFileName() + ": --data "
                            + entry.getParent() + " reads it");
        }
        return Optional.of(entry + " must be the file " + file + ", unpacked and with that name");
    }

    /** What remains of a name without case, separators, and the endings of packers and editors. */
    private static String plain(String name) {
        return name.replaceFirst("\\.(gz|zip|xz|bz2|txt)$", "").replaceAll("[ ._-]", "");
    }
}
