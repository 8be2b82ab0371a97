package dev.gossamer.data;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A name for a file that has to make room for another one, and is not to be lost. */
public final class FreeName {

    private FreeName() {}

    /**
     * The first of {@code NAME.ENDING}, {@code NAME.ENDING-2}, {@code NAME.ENDING-3}, ... beside a file that nothing
     * has.
     *
     * @param file the file
     * @param ending what is put behind its name
     */
    public static Path beside(Path file, String ending) {
        String name = file.getFileName() + "." + ending;
        Path free = file.resolveSibling(name);
        for (int i = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); i++) {
            free = file.resolveSibling(name + "-" + i);
        }
        return free;
    }
}
