package dev.gossamer.model.file;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.model.Model;
import java.util.regex.Pattern;

/** {@code file:FILE}: a network as DL4J's {@code toJson()} or {@code toYaml()} writes it. */
public final class NetworkFiles implements Model.Family {

    private static final String PREFIX = "file:";

    @Override
    public String form() {
        return PREFIX + "FILE";
    }

    @Override
    public Pattern pattern() {
        return Pattern.compile(PREFIX + "(.+)");
    }

    @Override
    public Model model(Parameters parameters) {
        return new FileModel(parameters.match().group(), parameters.path(1), NetworkText::read);
    }
}
