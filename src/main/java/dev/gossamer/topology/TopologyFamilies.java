package dev.gossamer.topology;

import java.util.List;

/** Brings families of topologies to the {@link Topologies#CATALOGUE catalogue}. */
public interface TopologyFamilies {

    /** The families, in order. */
    List<Family> families();
}
