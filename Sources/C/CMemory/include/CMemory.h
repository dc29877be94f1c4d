#pragma once

// What neither Swift nor its library can say about memory. It decides no value.

// Asks for the cache line of an address, which will be read.
static inline void switch_dist_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

typedef float switch_dist_block __attribute__((vector_size(64), aligned(64)));

// Writes 16 Floats past the caches, from any address to one that 64 divides.
static inline void switch_dist_stream(float *destination, const float *source) {
  switch_dist_block values;
  __builtin_memcpy(&values, source, sizeof values);
  __builtin_nontemporal_store(values, (switch_dist_block *)destination);
}

// What was streamed is seen by other threads before what is written afterwards: streamed stores are in
// no order of themselves.
static inline void switch_dist_end_stream(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
