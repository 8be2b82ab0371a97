/** Networks in files of Keras. */
package dev.gossamer.model.file.keras;
