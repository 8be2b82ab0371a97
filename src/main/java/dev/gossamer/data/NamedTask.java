package dev.gossamer.data;

/** A published task that is known by its name alone. */
abstract class NamedTask implements PublishedTask {

    private final String name;

    NamedTask(String name) {
        this.name = name;
    }

    @Override
    public final String form() {
        return name;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof NamedTask task && task.name.equals(name);
    }

    @Override
    public final int hashCode() {
        return name.hashCode();
    }

    @Override
    public final String toString() {
        return name;
    }
}
