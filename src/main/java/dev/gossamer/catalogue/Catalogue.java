package dev.gossamer.catalogue;

import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * Everything of one kind by name: what Gossamer brings, in its order, and then what is on the class path besides or in
 * {@link Plugins}. To add an entry, write a class of the kind's service and its name into {@code META-INF/services}.
 *
 * @param <E> what the entries are
 */
public final class Catalogue<E extends Entry> {

    private final String kind;
    private final List<E> entries;

    /**
     * An entry by one of its names.
     *
     * @param entry the entry
     * @param parameters the numbers in the name
     */
    public record Match<E>(E entry, Parameters parameters) {}

    /**
     * @param kind what the entries are, in a word, for messages
     * @param entries the entries, in order
     * @throws IllegalArgumentException if two have the same form
     */
    public Catalogue(String kind, List<E> entries) {
        this.kind = kind;
        this.entries = List.copyOf(entries);
        Set<String> forms = new HashSet<>();
        for (E entry : entries) {
            if (!forms.add(entry.form())) {
                throw new IllegalArgumentException("two of " + kind + " are named " + entry.form() + ", one of them by "
                        + entry.getClass().getName());
            }
        }
    }

    /** The catalogue of all classes of a service. */
    public static <E extends Entry> Catalogue<E> load(String kind, Class<E> service) {
        return load(kind, service, List::of);
    }

    /**
     * The catalogue of what all classes of a service bring: Gossamer's, those of other libraries on the class path, and
     * those of {@link Plugins}.
     *
     * @param entries what a class brings, in order
     */
    public static <S, E extends Entry> Catalogue<E> load(String kind, Class<S> service, Function<S, List<E>> entries) {
        return new Catalogue<>(kind, ServiceLoader.load(service, service.getClassLoader()).stream()
                .sorted(Comparator.comparing(provider -> !isOwn(provider.type())))
                .flatMap(provider -> entries.apply(provider.get()).stream())
                .toList())
                .with(Plugins.INSTALLED, service, entries);
    }

    /** This catalogue with what plug-ins bring besides; a class whose entries do not fit is a problem of theirs. */
    <S> Catalogue<E> with(Plugins plugins, Class<S> service, Function<S, List<E>> brought) {
        List<E> all = new ArrayList<>(entries);
        for (Plugins.Provider<S> provider : plugins.of(service)) {
            plugins.attempt(provider.jar(), "class " + provider.instance().getClass().getName(), () -> {
                List<E> more = brought.apply(provider.instance());
                more.forEach(Entry::pattern);
                List<E> together = Stream.concat(all.stream(), more.stream()).toList();
                new Catalogue<>(kind, together).keys();
                plugins.claim(more.stream().<Key<?>>flatMap(entry -> entry.keys().stream())
                        .filter(key -> !keys().contains(key)).toList());
                all.addAll(more);
            });
        }
        return all.size() == entries.size() ? this : new Catalogue<>(kind, all);
    }

    /** This catalogue, and then another one. */
    public Catalogue<E> and(Catalogue<E> other) {
        return new Catalogue<>(kind, Stream.concat(entries.stream(), other.entries.stream()).toList());
    }

    private static boolean isOwn(Class<?> type) {
        return Objects.equals(Catalogue.class.getProtectionDomain().getCodeSource(),
                type.getProtectionDomain().getCodeSource());
    }

    /** All entries, in order. */
    public List<E> entries() {
        return entries;
    }

    /** The names of all entries, in order; a capital letter stands for a number. */
    public List<String> names() {
        return entries.stream().map(Entry::form).toList();
    }

    /** The names in words: {@code shared, random or dirichlet-ALPHA}. */
    public String inWords() {
        return inWords(names(), " or ");
    }

    private static String inWords(List<String> names, String between) {
        int last = names.size() - 1;
        return last == 0 ? names.get(0) : String.join(", ", names.subList(0, last)) + between + names.get(last);
    }

    /**
     * The entries that have a key of their own in words, {@code choco-sgd, deep-squeeze and beer}, or where those are
     * most, {@code all but d-adam and d-lion}; empty for a key that all or none of them have.
     */
    public Optional<String> having(Key<?> key) {
        List<String> having = entries.stream().filter(entry -> entry.keys().contains(key)).map(Entry::form).toList();
        List<String> others = names().stream().filter(name -> !having.contains(name)).toList();
        if (having.isEmpty() || others.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(having.size() <= others.size()
                ? inWords(having, " and ")
                : "all but " + inWords(others, " and "));
    }

    /**
     * Checks that a value is one of an entry that is chosen, where only some entries have its key.
     *
     * @param key any key
     * @param texts its values
     * @param chosen the entries
     * @throws ConfigurationException otherwise, naming the entries that have the key
     */
    public void checkUse(Key<?> key, List<String> texts, Collection<? extends Entry> chosen) {
        if (chosen.stream().noneMatch(entry -> entry.keys().contains(key))) {
            having(key).ifPresent(names -> {
                throw new ConfigurationException(key + " " + Shown.shortened(String.join(", ", texts))
                        + " has no effect with " + kind + " "
                        + String.join(", ", chosen.stream().map(Entry::form).toList()) + "; it is a key of " + names);
            });
        }
    }

    /** The entry of a name; empty where there is none. */
    public Optional<Match<E>> find(String name) {
        return entries.stream().flatMap(entry -> {
            Matcher matcher = entry.pattern().matcher(name);
            return matcher.matches()
                    ? Optional.of(new Match<>(entry, new Parameters(matcher.toMatchResult()))).stream()
                    : Optional.<Match<E>>empty().stream();
        }).findFirst();
    }

    /**
     * The entry of a name.
     *
     * @throws ConfigurationException if there is none, naming the nearest one
     */
    public Match<E> get(String name) {
        return find(name).orElseThrow(() -> new ConfigurationException(
                "unknown " + kind + " " + Shown.value(name) + Nearest.hint(name, names())));
    }

    /**
     * The keys of all entries, each once, in the order of the entries.
     *
     * @throws IllegalArgumentException if two are of one name, so that neither could be given
     */
    public List<Key<?>> keys() {
        return distinct(entries.stream().<Key<?>>flatMap(entry -> entry.keys().stream()).toList());
    }

    /**
     * Keys, each once, in order.
     *
     * @throws IllegalArgumentException if two are of one name
     */
    public static List<Key<?>> distinct(List<Key<?>> keys) {
        List<Key<?>> distinct = keys.stream().distinct().toList();
        Set<String> names = new HashSet<>();
        for (Key<?> key : distinct) {
            if (!names.add(key.toString())) {
                throw new IllegalArgumentException("two keys are named " + key
                        + ": that of what is added has to have another"
                        + " name, or be the same object");
            }
        }
        return distinct;
    }

    /**
     * The key whose values are the names.
     *
     * @param name the key
     * @param standard the name where nothing is given
     * @param meaning what it is, in a few words
     */
    public Key<E> key(String name, String standard, String meaning) {
        return Key.<E>of(name, standard, inWords(), meaning,
                text -> find(text).orElseThrow(IllegalArgumentException::new).entry())
                .hinting(text -> Nearest.question(text, names())).written(Entry::form);
    }

    @Override
    public String toString() {
        return kind + " " + names();
    }
}
