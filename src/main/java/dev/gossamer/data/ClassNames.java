package dev.gossamer.data;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The classes that files name, while they are read; in the end they are sorted, and labels are counted from 0. */
final class ClassNames {

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** The number of a class, in the order in which classes are found; -1 where there would be more than 65,536. */
    int find(String name) {
        int number = numbers.getOrDefault(name, names.size());
        if (number == ImageSet.MOST_CLASSES) {
            return -1;
        }
        if (number == names.size()) {
            names.add(name);
            numbers.put(name, number);
        }
        return number;
    }

    private boolean areNumbers() {
        return names.stream().allMatch(ClassNames::isNumber);
    }

    private static boolean isNumber(String name) {
        try {
            Numbers.exact(name);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** All of them, ascending if they are numbers, else in the order of their characters. */
    List<String> sorted() {
        Comparator<String> byCharacters = Comparator.naturalOrder();
        return names.stream()
                .sorted(areNumbers() ? Comparator.comparing(Numbers::exact).thenComparing(byCharacters) : byCharacters)
                .toList();
    }

    /**
     * Checks that no number is written in two ways, where all classes are numbers.
     *
     * @throws DataException if one is
     */
    void checkNumbers(Object path) {
        List<String> sorted = areNumbers() ? sorted() : List.of();
        for (int i = 1; i < sorted.size(); i++) {
            if (Numbers.exact(sorted.get(i - 1)).compareTo(Numbers.exact(sorted.get(i))) == 0) {
                throw new DataException(path + " has the classes " + Shown.value(sorted.get(i - 1)) + " and "
                        + Shown.value(sorted.get(i)) + ", which are one number: expected each written in one way.");
            }
        }
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
        char[] byNumber = new char[names.size()];
        for (int number = 0; number < byNumber.length; number++) {
            byNumber[number] = (char) (int) places.get(names.get(number));
        }
        char[] labels = new char[found.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = byNumber[found[i]];
        }
        return labels;
    }
}
