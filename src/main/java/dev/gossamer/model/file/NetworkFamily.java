package dev.gossamer.model.file;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.model.Model;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Networks in files of one format, known by what stands before the path: {@code file:FILE}. */
abstract class NetworkFamily implements Model.Family {

    private final String prefix;
    private final Function<Path, NetworkText.Source> format;

    /**
     * @param prefix what names begin with
     * @param format reads a file
     */
    NetworkFamily(String prefix, Function<Path, NetworkText.Source> format) {
        this.prefix = prefix;
        this.format = format;
    }

    @Override
    public final String form() {
        return prefix + "FILE";
    }

    @Override
    public final Pattern pattern() {
        return Pattern.compile(prefix + "(.+)");
    }

    @Override
    public final Model model(Parameters parameters) {
        return new FileModel(parameters.match().group(), parameters.path(1), format);
    }
}
