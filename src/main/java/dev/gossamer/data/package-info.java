/** Data sets: files, download, generated images, and who draws which of them in a step. */
package dev.gossamer.data;
