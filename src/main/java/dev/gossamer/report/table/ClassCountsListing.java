package dev.gossamer.report.table;

import dev.gossamer.data.ClassCounts;
import dev.gossamer.text.Shown;
import java.util.List;
import java.util.Locale;

/** How many images of each class workers have, for people and programs. */
public final class ClassCountsListing {

    /** The most classes that a table has a column for. */
    public static final int MOST_COLUMNS = 20;

    private ClassCountsListing() {}

    /**
     * The columns.
     *
     * @param classNames name of each class
     * @param all whether there is a column for each class, however many there are
     * @param isGrouped whether images belong together in groups
     */
    public static Listing<ClassCounts> of(List<String> classNames, boolean all, boolean isGrouped) {
        Listing<ClassCounts> listing = new Listing<ClassCounts>()
                .number("worker", "worker", ClassCounts::worker, Object::toString)
                .number("images", "images", ClassCounts::total, Object::toString)
                .number("classes", "classes", ClassCounts::classes, Object::toString)
                .number("largest_share", "largest class (%)", counts -> (double) counts.largest() / counts.total(),
                        share -> String.format(Locale.ROOT, "%.1f", 100 * (Double) share));
        if (isGrouped) {
            listing.number("groups", "groups", counts -> counts.groups().orElseThrow(), Object::toString);
        }
        if (all || classNames.size() <= MOST_COLUMNS) {
            for (int k = 0; k < classNames.size(); k++) {
                int label = k;
                String name = classNames.get(k);
                listing.number("class_" + name, Shown.shortened(Shown.label(name)), counts -> counts.images()[label],
                        Object::toString);
            }
        }
        return listing;
    }
}
