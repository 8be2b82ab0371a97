/** Decentralized SGD in eager libtorch, called through JavaCPP: a program of its own, to measure beside. */
package dev.gossamer.bench.libtorch;
