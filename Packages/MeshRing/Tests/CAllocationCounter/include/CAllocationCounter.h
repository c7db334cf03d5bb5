#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Calls of malloc, calloc, realloc and aligned allocation that this thread has made so far.
uint64_t allocation_count(void);

/// False where a sanitizer has taken malloc over: then nothing is counted.
bool allocations_are_counted(void);
