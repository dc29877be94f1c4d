#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

#define CJPEG_MESSAGE_SIZE 200

/// What a call came to. Anything but `CJPEG_OK` leaves one line in `message`.
enum {
  CJPEG_OK = 0,
  CJPEG_DAMAGED = 1,
  CJPEG_TRUNCATED = 2,
  CJPEG_OUT_OF_MEMORY = 3,
  CJPEG_UNSUPPORTED = 4,
};

/// What the header says. `channels` is what decoding gives: 1 for gray files, 3 (RGB) for colour ones.
typedef struct {
  uint32_t width;
  uint32_t height;
  int channels;
} cjpeg_header;

/// Reads the header of the JPEG in `bytes`; files with another number of components than 1 and 3
/// (CMYK) are unsupported.
int cjpeg_read_header(const uint8_t *bytes, size_t count, cjpeg_header *header,
                      char message[CJPEG_MESSAGE_SIZE]);

/// Decodes into `pixels`, `height` rows of `width * channels` bytes, with the accurate integer
/// transform and smooth upsampling, as Pillow does. `header` must be what `cjpeg_read_header` said.
/// Files that end early and files with damaged data are refused.
int cjpeg_decode(const uint8_t *bytes, size_t count, const cjpeg_header *header, uint8_t *pixels,
                 char message[CJPEG_MESSAGE_SIZE]);

#endif
