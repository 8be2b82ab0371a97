/**
 * What users choose by name, and the keys that they set: a key is defined once, an entry of a catalogue is a class and
 * a line in {@code META-INF/services}.
 */
package dev.gossamer.catalogue;
