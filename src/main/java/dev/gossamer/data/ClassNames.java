package dev.gossamer.data;

import dev.gossamer.text.Decimal;
import dev.gossamer.text.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The classes that files name, while they are read; in the end they are sorted, and labels are counted from 0. */
final class ClassNames {

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /**
     * The number of a class, in the order in which classes are found; -1 where there would be more than 65,536.
     *
     * @param word its name; numbers of one value are one name
     */
    int find(String word) {
        Integer known = numbers.get(word);
        if (known != null) {
            return known;
        }
        String name = plain(word);
        int number = numbers.getOrDefault(name, names.size());
        if (number == ImageSet.MOST_CLASSES) {
            return -1;
        }
        if (number == names.size()) {
            names.add(name);
        }
        numbers.put(name, number);
        numbers.put(word, number);
        return number;
    }

    private static String plain(String word) {
        try {
            return Decimal.format(Numbers.decimal(word) + 0.0); // without the sign of -0
        } catch (NumberFormatException e) {
            return word;
        }
    }

    private static boolean isNumber(String name) {
        try {
            Numbers.decimal(name);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** All of them, ascending if they are numbers, else in the order of their characters. */
    List<String> sorted() {
        return names.stream()
                .sorted(names.stream().allMatch(ClassNames::isNumber)
                        ? Comparator.comparingDouble(Numbers::decimal)
                        : Comparator.naturalOrder())
                .toList();
    }

    /**
     * Labels by the sorted classes.
     *
     * @param found numbers of the classes of all examples [N]
     */
    char[] labels(int[] found) {
        List<String> sorted = sorted();
        Map<String, Integer> places = new HashMap<>();
        sorted.forEach(name -> places.put(name, places.size()));
        char[] labels = new char[found.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (char) (int) places.get(names.get(found[i]));
        }
        return labels;
    }
}
