// libpng reports errors by longjmp, which Swift must not be jumped over: hence these two
// functions, which own everything libpng allocates and turn each failure into a status.

#include "CPNG.h"

#include "Inflated.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int status;
  char *message;
} failure;

static void record(failure *failure, int status, const char *message) {
  failure->status = status;
  strncpy(failure->message, message, CPNG_MESSAGE_SIZE - 1);
  failure->message[CPNG_MESSAGE_SIZE - 1] = '\0';
}

static PNG_NORETURN void stop(png_structp png, png_const_charp message) {
  failure *state = png_get_error_ptr(png);
  if (state->status == CPNG_OK) {
    record(state, CPNG_DAMAGED, message);
  }
  png_longjmp(png, 1);
}

static void keep_silent(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

// MARK: decoding

typedef struct {
  const uint8_t *bytes;
  size_t left;
  // Checksums were right and need no look; those of the chunk are left out.
  int is_checked;
} source;

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  source *input = png_get_io_ptr(png);
  if (count > input->left) {
    record(png_get_error_ptr(png), CPNG_TRUNCATED, "unexpected end of data");
    png_error(png, "unexpected end of data");
  }
  memcpy(target, input->bytes, count);
  input->bytes += count;
  input->left -= count;
}

static const png_byte skipped_chunks[] =
    "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0"
    "sPLT\0sRGB\0tEXt\0tIME\0zTXt";

static void skip_ancillary_chunks(png_structp png) {
  const int skipped = (int)(sizeof(skipped_chunks) / 5);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped_chunks, skipped);
}

// Entries that the file does not have stay black and opaque.
static void read_palette(png_structp png, png_infop info, cpng_palette *palette) {
  png_colorp colors = NULL;
  png_bytep alpha = NULL;
  int color_count = 0, alpha_count = 0;
  png_get_PLTE(png, info, &colors, &color_count);
  png_get_tRNS(png, info, &alpha, &alpha_count, NULL);
  for (int index = 0; index < 256; index++) {
    const png_color color = index < color_count ? colors[index] : (png_color){0, 0, 0};
    palette->colors[index][0] = color.red;
    palette->colors[index][1] = color.green;
    palette->colors[index][2] = color.blue;
    palette->colors[index][3] = alpha != NULL && index < alpha_count ? alpha[index] : 255;
  }
}

// What an error may change lives in the caller's frame, where longjmp leaves it defined.
static void decode_rows(png_structp png, png_infop info, source *input, uint8_t *pixels,
                        uint32_t width, uint32_t height, size_t row_bytes,
                        cpng_palette *palette) {
  if (setjmp(png_jmpbuf(png)) != 0) {
    return;
  }
  png_set_read_fn(png, input, read_bytes);
  if (input->is_checked) {
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
#ifdef PNG_IGNORE_ADLER32
    png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#endif
  }
  png_set_user_limits(png, width, height);
  skip_ancillary_chunks(png);
  png_read_info(png, info);
  if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) {
    read_palette(png, info, palette);
  }
  png_set_packing(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (png_get_bit_depth(png, info) == 16) {
    png_set_swap(png);
  }
#endif
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height ||
      png_get_rowbytes(png, info) != row_bytes) {
    png_error(png, "the header contradicts itself");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      png_read_row(png, pixels + (size_t)y * row_bytes, NULL);
    }
  }
  png_read_end(png, NULL);
}

static int decode(source input, void *pixels, uint32_t width, uint32_t height, size_t row_bytes,
                  cpng_palette *palette, char message[CPNG_MESSAGE_SIZE]) {
  failure state = {CPNG_OK, message};
  png_infop info = NULL;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, stop, keep_silent);
  if (png != NULL) {
    info = png_create_info_struct(png);
  }
  if (info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    record(&state, CPNG_OUT_OF_MEMORY, "out of memory");
    return state.status;
  }
  decode_rows(png, info, &input, pixels, width, height, row_bytes, palette);
  png_destroy_read_struct(&png, &info, NULL);
  return state.status;
}

int cpng_decode(const uint8_t *bytes, size_t count, void *pixels, uint32_t width,
                uint32_t height, size_t row_bytes, cpng_palette *palette,
                char message[CPNG_MESSAGE_SIZE]) {
  source input = {bytes, count, 0};
  uint8_t *inflated = cpng_inflated(bytes, count, &input.left);
  if (inflated != NULL) {
    input.bytes = inflated;
    input.is_checked = 1;
  }
  const int status = decode(input, pixels, width, height, row_bytes, palette, message);
  free(inflated);
  return status;
}

// MARK: encoding

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} sink;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  sink *output = png_get_io_ptr(png);
  if (count > output->capacity - output->count) {
    const size_t capacity = 2 * output->capacity + count;
    uint8_t *grown = realloc(output->bytes, capacity);
    if (grown == NULL) {
      record(png_get_error_ptr(png), CPNG_OUT_OF_MEMORY, "out of memory");
      png_error(png, "out of memory");
    }
    output->bytes = grown;
    output->capacity = capacity;
  }
  memcpy(output->bytes + output->count, bytes, count);
  output->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static void encode_rows(png_structp png, png_infop info, sink *output, const uint8_t *pixels,
                        uint32_t width, uint32_t height, int channels, int bit_depth) {
  if (setjmp(png_jmpbuf(png)) != 0) {
    return;
  }
  png_set_write_fn(png, output, write_bytes, flush_nothing);
  const int color_type = channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY;
  png_set_IHDR(png, info, width, height, bit_depth, color_type, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  // Named, so that another build of libpng with other defaults writes the same bytes.
  png_set_compression_level(png, 6);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_write_info(png, info);
  const size_t row_bytes = (size_t)width * (size_t)channels * (size_t)(bit_depth / 8);
  for (uint32_t y = 0; y < height; y++) {
    png_write_row(png, pixels + (size_t)y * row_bytes);
  }
  png_write_end(png, NULL);
}

int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                int bit_depth, uint8_t **encoded, size_t *count,
                char message[CPNG_MESSAGE_SIZE]) {
  failure state = {CPNG_OK, message};
  sink output = {NULL, 0, 0};
  png_infop info = NULL;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, stop, keep_silent);
  if (png != NULL) {
    info = png_create_info_struct(png);
  }
  if (info == NULL) {
    png_destroy_write_struct(&png, NULL);
    record(&state, CPNG_OUT_OF_MEMORY, "out of memory");
    return state.status;
  }
  encode_rows(png, info, &output, pixels, width, height, channels, bit_depth);
  png_destroy_write_struct(&png, &info);
  if (state.status != CPNG_OK) {
    free(output.bytes);
    return state.status;
  }
  *encoded = output.bytes;
  *count = output.count;
  return CPNG_OK;
}

void cpng_free(uint8_t *encoded) { free(encoded); }

const char *cpng_version(void) { return png_get_libpng_ver(NULL); }
