package dev.gossamer.data;

import java.util.List;
import java.util.function.Supplier;

/** A task with a data set in files of the user's own. They are read once, when something of them is first asked for. */
public final class FileTask implements Task {

    private static final double HALF = 0.5;

    private final String name;
    private final Supplier<DataSet> reader;
    private DataSet content;

    /**
     * @param name as {@link Task#parse} reads it
     * @param reader reads the files
     */
    public FileTask(String name, Supplier<DataSet> reader) {
        this.name = name;
        this.reader = reader;
    }

    /**
     * What the files hold.
     *
     * @throws DataException if they cannot be read, or are not what their kind has to be
     */
    public synchronized DataSet content() {
        if (content == null) {
            content = reader.get();
        }
        return content;
    }

    @Override
    public ImageShape shape() {
        return content().train().shape();
    }

    @Override
    public int trainImages() {
        return content().train().size();
    }

    @Override
    public int testImages() {
        return content().test().size();
    }

    @Override
    public List<String> classNames() {
        return content().classNames();
    }

    /** Of features, bytes from -1 to 1 take the place. */
    @Override
    public Normalization normalization() {
        ImageSet train = content().train();
        return train.isOfBytes() ? train.normalization() : Normalization.alike(train.shape().channels(), HALF, HALF);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileTask task && task.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
