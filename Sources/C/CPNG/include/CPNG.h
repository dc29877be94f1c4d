#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

#define CPNG_MESSAGE_SIZE 128

/// What a call came to. Anything but `CPNG_OK` leaves one line in `message`.
enum {
  CPNG_OK = 0,
  CPNG_DAMAGED = 1,
  CPNG_TRUNCATED = 2,
  CPNG_OUT_OF_MEMORY = 3,
};

/// Decodes the PNG in `bytes` into `pixels`, `height` rows of `row_bytes` bytes.
///
/// Palettes become RGB and 1, 2 and 4 bits become 8; alpha is dropped, and ancillary chunks
/// (gamma, colour profiles, text) are skipped, so samples are the stored ones. 16-bit samples
/// are in the machine's byte order. `width`, `height` and `row_bytes` must be what the header
/// implies, otherwise nothing is written.
int cpng_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, uint32_t width,
                uint32_t height, size_t row_bytes, char message[CPNG_MESSAGE_SIZE]);

/// Encodes gray (`channels` 1) or RGB (`channels` 3) rows without padding, 8 or 16 bits a sample
/// (`bit_depth`), 16-bit samples with the high byte first.
///
/// On success `*encoded` holds `*count` bytes that the caller gives back with `cpng_free`.
int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                int bit_depth, uint8_t **encoded, size_t *count,
                char message[CPNG_MESSAGE_SIZE]);

void cpng_free(uint8_t *encoded);

/// The version of libpng in use, for instance "1.6.39".
const char *cpng_version(void);

#endif
