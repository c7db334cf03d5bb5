#pragma once

// Interposes malloc in the program that this is linked into: for tests and benchmarks, never for what is shipped.

#include <stdbool.h>
#include <stdint.h>

/// Calls of malloc, calloc, realloc and aligned allocation that this thread has made so far.
uint64_t allocation_count(void);

/// False where a sanitizer has taken malloc over: then nothing is counted.
bool allocations_are_counted(void);

/// Bytes that malloc has given out and not got back, in all threads; 0 where the C library doesn't tell.
uint64_t allocated_bytes(void);
