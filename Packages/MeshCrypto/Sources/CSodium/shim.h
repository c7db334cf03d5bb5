#ifndef MESH_CSODIUM_SHIM_H
#define MESH_CSODIUM_SHIM_H

#include <sodium.h>
#include <stdint.h>
#include <string.h>

/*
 * libsodium wants the state of an incremental BLAKE2b at an address divisible by 64. Swift doesn't import types with
 * such an alignment, and moves its values. So the state lies somewhere in a larger space, and is put right before each
 * use if the space has moved since.
 */
struct mesh_blake2b {
    uint64_t space[sizeof(crypto_generichash_blake2b_state) / 8 + 7];
    uint64_t offset;
};

static inline crypto_generichash_blake2b_state *mesh_blake2b_state(struct mesh_blake2b *hash) {
    unsigned char *space = (unsigned char *) hash->space;
    uint64_t offset = (64 - (uintptr_t) space % 64) % 64;
    if (hash->offset != offset) {
        memmove(space + offset, space + hash->offset, sizeof(crypto_generichash_blake2b_state));
        hash->offset = offset;
    }
    return (crypto_generichash_blake2b_state *) (void *) (space + offset);
}

static inline int mesh_blake2b_init(struct mesh_blake2b *hash, const unsigned char *key, size_t key_count,
                                    size_t output_count) {
    return crypto_generichash_blake2b_init(mesh_blake2b_state(hash), key, key_count, output_count);
}

static inline void mesh_blake2b_update(struct mesh_blake2b *hash, const unsigned char *bytes, size_t count) {
    (void) crypto_generichash_blake2b_update(mesh_blake2b_state(hash), bytes, count);
}

static inline void mesh_blake2b_final(struct mesh_blake2b *hash, unsigned char *output, size_t output_count) {
    (void) crypto_generichash_blake2b_final(mesh_blake2b_state(hash), output, output_count);
}

/* The hash of one byte with a context's length, the context and one part: nothing moves while it is computed. */
static inline void mesh_blake2b_of(unsigned char *output, size_t output_count, const unsigned char *context,
                                   unsigned char context_count, const unsigned char *part, size_t count) {
    crypto_generichash_blake2b_state state;
    (void) crypto_generichash_blake2b_init(&state, NULL, 0, output_count);
    (void) crypto_generichash_blake2b_update(&state, &context_count, 1);
    (void) crypto_generichash_blake2b_update(&state, context, context_count);
    (void) crypto_generichash_blake2b_update(&state, part, count);
    (void) crypto_generichash_blake2b_final(&state, output, output_count);
}

#endif
