package dev.gossamer.catalogue;

import java.util.List;
import java.util.regex.Pattern;

/** What a name of a {@link Catalogue} stands for, or as many names as there are numbers in them. */
public interface Entry {

    /** The name as people are told to write it, a capital letter for each number: {@code torus-RxC}. */
    String form();

    /** What a name of it matches, a group for each number; the form itself where it has none. */
    default Pattern pattern() {
        return Pattern.compile(Pattern.quote(form()));
    }

    /** The keys that it has, beside those that everything of its kind has. */
    default List<Key<?>> keys() {
        return List.of();
    }
}
