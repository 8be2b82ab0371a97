package dev.gossamer.model;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Parameters;
import java.util.List;
import java.util.regex.Pattern;

/** The family of a model that is known by its name alone. */
record NamedModel(Model model) implements Model.Family {

    @Override
    public Model model(Parameters parameters) {
        return model;
    }

    @Override
    public String form() {
        return model.form();
    }

    @Override
    public Pattern pattern() {
        return model.pattern();
    }

    @Override
    public List<Key<?>> keys() {
        return model.keys();
    }
}
