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

/// Red, green, blue and alpha of each index.
typedef struct {
  uint8_t colors[256][4];
} cpng_palette;

/// Decodes the PNG in `bytes` into `pixels`, `height` rows of `row_bytes` bytes.
///
/// Samples are the stored ones, alpha and indices of a palette among them: those of up to 8 bits one a
/// byte, those of 16 bits in the machine's byte order. `palette` is filled where the image has one.
/// Ancillary chunks (gamma, colour profiles, text) are skipped. `width`, `height` and `row_bytes` must
/// be what the header implies, otherwise nothing is written.
int cpng_decode(const uint8_t *bytes, size_t count, void *pixels, uint32_t width,
                uint32_t height, size_t row_bytes, cpng_palette *palette,
                char message[CPNG_MESSAGE_SIZE]);

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
