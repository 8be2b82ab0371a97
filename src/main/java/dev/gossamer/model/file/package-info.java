/** Models in files of the user's own: read, checked, and said in the layers of {@code model}. */
package dev.gossamer.model.file;
