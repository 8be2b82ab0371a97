/** Text from outside: numbers and formats read strictly, values and failures said in words on one line. */
package dev.gossamer.text;
