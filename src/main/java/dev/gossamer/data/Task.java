package dev.gossamer.data;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Entry;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Parameters;
import dev.gossamer.text.Nearest;
import java.util.List;

/** What the models learn: a classification task with a data set, published or in files. Tasks of one name are equal. */
public sealed interface Task permits PublishedTask, FileTask {

    /** All data sets. */
    Catalogue<Family> CATALOGUE = Catalogue.load("data set", Family.class);

    /** Which task. */
    Key<Task> KEY = Key.<Task>of("data-set", "cifar-10", CATALOGUE.inWords(), "data set", Task::read)
            .hinting(text -> Nearest.question(text, CATALOGUE.names())).written(Task::toString).ofAllRuns();

    /** Tasks that differ in the files in their names; a published one is alone. */
    interface Family extends Entry {

        /**
         * The task of a name.
         *
         * @throws IllegalArgumentException if the name is not one of the allowed ones
         */
        Task task(Parameters parameters);
    }

    /**
     * The task of that name.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if there is none
     */
    static Task parse(String name) {
        return KEY.parse(name);
    }

    private static Task read(String name) {
        var match = CATALOGUE.find(name).orElseThrow(IllegalArgumentException::new);
        return match.entry().task(match.parameters());
    }

    /** Shape of an image. */
    ImageShape shape();

    /** Number of training images. */
    int trainImages();

    /** Number of test images. */
    int testImages();

    /** Name of each class, by its label. */
    List<String> classNames();

    /** Number of classes. */
    default int classes() {
        return classNames().size();
    }

    /** Turns bytes of images of this shape into inputs; that of the training images, where those are bytes. */
    Normalization normalization();

    /** What a training image goes through each time it is drawn. */
    default Augmentation augmentation() {
        return Augmentation.NONE;
    }

    /** Test loss, in nats, above which a run has diverged where its configuration names none; may be infinite. */
    default double divergenceLoss() {
        return Double.POSITIVE_INFINITY;
    }

    /** The name, which {@link #parse} reads back. */
    @Override
    String toString();
}
