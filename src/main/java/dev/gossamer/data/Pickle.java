package dev.gossamer.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what Python 2 has pickled in protocol 2 (PEP 307): dictionaries, lists, tuples, strings, small whole numbers
 * and NumPy arrays, as in the Python versions of CIFAR. A pickle is a program; of its operations only those are known
 * that such values take, and none of them calls anything: what NumPy is to make is kept as a {@link Call}. Dictionaries
 * are maps by names, lists and tuples are lists, strings are {@code byte[]}, whole numbers {@code Integer}.
 */
final class Pickle implements AutoCloseable {

    private static final Set<String> FUNCTIONS = Set.of(
            "numpy.core.multiarray _reconstruct", "numpy ndarray", "numpy dtype");

    /** CIFAR-100 has 50,000 file names and labels of two kinds; a list of some bytes must not take all memory. */
    private static final int MOST_VALUES = 1 << 20;
    private static final int MOST_BYTES = 1 << 28;
    private static final int LONGEST_NAME = 100;

    private static final Object NONE = new Object();

    /** A value that a function would make of others, and be given a state. */
    static final class Call {

        private final String function;
        private final List<?> arguments;
        private Object state = NONE;

        private Call(String function, List<?> arguments) {
            this.function = function;
            this.arguments = arguments;
        }

        String function() {
            return function;
        }

        List<?> arguments() {
            return arguments;
        }

        Object state() {
            return state;
        }
    }

    private record Function(String name) {}

    private final Path path;
    private final long size;
    private final DataInputStream in;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private long position;
    private int values;

    private Pickle(Path path) throws IOException {
        this.path = path;
        size = Files.size(path);
        in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
    }

    /**
     * Reads the dictionary that a file holds.
     *
     * @throws DataException if it cannot be read, or holds anything else
     */
    static Map<?, ?> dictionary(Path path) {
        try (Pickle pickle = new Pickle(path)) {
            return pickle.read();
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }

    private Map<?, ?> read() throws IOException {
        if (size > MOST_BYTES) {
            throw DataException.of("%s has %,d bytes: expected a file of CIFAR's Python version, of at most %,d.", path,
                    size, MOST_BYTES);
        }
        if (next() != 0x80 || next() != 2) {
            throw refused("a pickle of protocol 2");
        }
        int operation = next();
        while (operation != '.') {
            execute(operation);
            operation = next();
        }
        if (stack.size() != 1 || !marks.isEmpty() || !(stack.get(0) instanceof Map<?, ?> dictionary)) {
            throw refused("a dictionary alone");
        }
        if (position != size) {
            throw refused("the end of the file");
        }
        return dictionary;
    }

    private void execute(int operation) throws IOException {
        switch (operation) {
            case '}' -> push(new HashMap<String, Object>());
            case ']' -> push(new ArrayList<>());
            case ')' -> push(List.of());
            case '(' -> mark();
            case 'N' -> push(NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push(next());
            case 'M' -> push(next() | next() << 8);
            case 'J' -> push(number());
            case 'U' -> push(bytes(next()));
            case 'T' -> push(bytes(number()));
            case 'c' -> push(function());
            case 'q' -> keep(next());
            case 'r' -> keep(number());
            case 'h' -> recall(next());
            case 'j' -> recall(number());
            case 0x85, 0x86, 0x87 -> push(pop(operation - 0x84));
            case 't' -> push(popToMark());
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case 's' -> set(pop(2));
            case 'u' -> set(popToMark());
            case 'R' -> call(pop(2));
            case 'b' -> build(pop(1).get(0));
            default -> throw refused(String.format("an operation that CIFAR's files have, and not 0x%02x", operation));
        }
    }

    private void push(Object value) {
        count();
        stack.add(value);
    }

    private void mark() {
        count();
        marks.add(stack.size());
    }

    private void count() {
        if (++values > MOST_VALUES) {
            throw refused("at most " + MOST_VALUES + " values");
        }
    }

    /** The values on top of the stack that are above the last mark, of which the last was put there last. */
    private List<Object> pop(int count) {
        int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        int start = stack.size() - count;
        if (start < floor) {
            throw refused("a value before the operation");
        }
        List<Object> top = stack.subList(start, stack.size());
        List<Object> popped = new ArrayList<>(top);
        top.clear();
        return popped;
    }

    private List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw refused("a mark before the operation");
        }
        List<Object> popped = pop(stack.size() - marks.get(marks.size() - 1));
        marks.remove(marks.size() - 1);
        return popped;
    }

    private Object top() {
        Object top = pop(1).get(0);
        stack.add(top);
        return top;
    }

    private void keep(int place) {
        count();
        memo.put(place, top());
    }

    private void recall(int place) {
        if (!memo.containsKey(place)) {
            throw refused("a value that was kept");
        }
        push(memo.get(place));
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> more) {
        if (!(top() instanceof ArrayList<?> list)) {
            throw refused("a list to append to");
        }
        ((List<Object>) list).addAll(more);
    }

    @SuppressWarnings("unchecked")
    private void set(List<Object> pairs) {
        if (pairs.size() % 2 != 0 || !(top() instanceof Map<?, ?> map)) {
            throw refused("a dictionary and pairs");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            if (!(pairs.get(i) instanceof byte[] name)) {
                throw refused("names of a dictionary's values");
            }
            ((Map<String, Object>) map).put(new String(name, StandardCharsets.ISO_8859_1), pairs.get(i + 1));
        }
    }

    private void call(List<Object> pair) {
        if (!(pair.get(0) instanceof Function function) || !(pair.get(1) instanceof List<?> arguments)) {
            throw refused("a function and its arguments");
        }
        push(new Call(function.name(), arguments));
    }

    private void build(Object state) {
        if (!(top() instanceof Call call)) {
            throw refused("an array");
        }
        call.state = state;
    }

    private Function function() throws IOException {
        Function function = new Function(word() + " " + word());
        if (!FUNCTIONS.contains(function.name())) {
            throw refused("a function of NumPy's arrays");
        }
        return function;
    }

    private String word() throws IOException {
        StringBuilder word = new StringBuilder();
        for (int c = next(); c != '\n'; c = next()) {
            word.append((char) c);
            if (word.length() > LONGEST_NAME) {
                throw refused("a function of NumPy's arrays");
            }
        }
        return word.toString();
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw refused("more bytes");
        }
        position++;
        return next;
    }

    /** Four bytes, the lowest first. */
    private int number() throws IOException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    private byte[] bytes(int length) throws IOException {
        if (length < 0 || length > size - position) {
            throw refused("a string that ends in the file");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        position += length;
        return bytes;
    }

    private DataException refused(String expected) {
        return DataException.of("%s is damaged, or no file of CIFAR's Python version: expected %s up to offset %,d of"
                + " %,d.", path, expected, position, size);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
