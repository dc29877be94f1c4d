// libjpeg reports errors by a function that must not return, left here by longjmp, which Swift must not
// be jumped over: hence these functions, which own everything libjpeg allocates and turn each failure
// into a status.

#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

// More than any encoder makes; a small file can ask for as many passes over all pixels as it likes.
#define MAXIMUM_SCANS 100

typedef struct {
  struct jpeg_error_mgr functions;
  jmp_buf recovery;
  int status;
  char *message;
} failure;

static void fail(j_common_ptr jpeg, int status, const char *message) {
  failure *state = (failure *)jpeg->err;
  state->status = status;
  snprintf(state->message, CJPEG_MESSAGE_SIZE, "%s", message);
  longjmp(state->recovery, 1);
}

static void stop(j_common_ptr jpeg) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  switch (jpeg->err->msg_code) {
  case JERR_OUT_OF_MEMORY:
    fail(jpeg, CJPEG_OUT_OF_MEMORY, text);
    break;
  case JERR_ARITH_NOTIMPL:
  case JERR_BAD_PRECISION:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_NOT_COMPILED:
  case JERR_SOF_UNSUPPORTED:
    fail(jpeg, CJPEG_UNSUPPORTED, text);
    break;
  default:
    fail(jpeg, CJPEG_DAMAGED, text);
  }
}

// Remarks on headers are no matter; pixels that had to be made up are an error.
static void hear(j_common_ptr jpeg, int level) {
  if (level >= 0) {
    return;
  }
  switch (jpeg->err->msg_code) {
  case JWRN_ARITH_BAD_CODE:
  case JWRN_BOGUS_PROGRESSION:
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_MUST_RESYNC:
    stop(jpeg);
  }
}

static void keep_silent(j_common_ptr jpeg) { (void)jpeg; }

// MARK: source

static void begin(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean meet_end(j_decompress_ptr jpeg) {
  fail((j_common_ptr)jpeg, CJPEG_TRUNCATED, "unexpected end of data");
  return FALSE;
}

static void skip(j_decompress_ptr jpeg, long count) {
  if (count <= 0) {
    return;
  }
  if ((size_t)count > jpeg->src->bytes_in_buffer) {
    meet_end(jpeg);
  }
  jpeg->src->next_input_byte += count;
  jpeg->src->bytes_in_buffer -= (size_t)count;
}

// MARK: decoding

typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  failure failure;
} decoder;

static void count_scans(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number > MAXIMUM_SCANS) {
    fail(jpeg, CJPEG_DAMAGED, "too many scans");
  }
}

// The recovery must have been set.
static void read_header(decoder *decoder, const uint8_t *bytes, size_t count) {
  j_decompress_ptr jpeg = &decoder->jpeg;
  jpeg_create_decompress(jpeg);
  decoder->source = (struct jpeg_source_mgr){
      .next_input_byte = bytes,
      .bytes_in_buffer = count,
      .init_source = begin,
      .fill_input_buffer = meet_end,
      .skip_input_data = skip,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = begin,
  };
  jpeg->src = &decoder->source;
  decoder->progress.progress_monitor = count_scans;
  jpeg->progress = &decoder->progress;
  jpeg_read_header(jpeg, TRUE);
  if (jpeg->num_components != 1 && jpeg->num_components != 3) {
    fail((j_common_ptr)jpeg, CJPEG_UNSUPPORTED,
         jpeg->num_components == 4 ? "its colours are CMYK" : "its colours are of an unknown kind");
  }
}

static cjpeg_header header_of(const decoder *decoder) {
  return (cjpeg_header){decoder->jpeg.image_width, decoder->jpeg.image_height,
                        decoder->jpeg.num_components};
}

static void decode_rows(decoder *decoder, uint8_t *pixels, cjpeg_header expected) {
  j_decompress_ptr jpeg = &decoder->jpeg;
  const cjpeg_header header = header_of(decoder);
  jpeg->out_color_space = header.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->do_fancy_upsampling = TRUE;
  jpeg_start_decompress(jpeg);
  if (header.width != expected.width || header.height != expected.height ||
      header.channels != expected.channels || jpeg->output_width != header.width ||
      jpeg->output_height != header.height || jpeg->output_components != header.channels) {
    fail((j_common_ptr)jpeg, CJPEG_DAMAGED, "the header contradicts itself");
  }
  const size_t row_bytes = (size_t)header.width * (size_t)header.channels;
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW row = pixels + jpeg->output_scanline * row_bytes;
    jpeg_read_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_decompress(jpeg);
}

// What an error may change lives in the caller's frame, where longjmp leaves it defined.
static void run(decoder *decoder, const uint8_t *bytes, size_t count, cjpeg_header *header,
                uint8_t *pixels) {
  decoder->jpeg.err = jpeg_std_error(&decoder->failure.functions);
  decoder->failure.functions.error_exit = stop;
  decoder->failure.functions.emit_message = hear;
  decoder->failure.functions.output_message = keep_silent;
  if (setjmp(decoder->failure.recovery) != 0) {
    return;
  }
  read_header(decoder, bytes, count);
  if (pixels == NULL) {
    *header = header_of(decoder);
  } else {
    decode_rows(decoder, pixels, *header);
  }
}

static int decode(const uint8_t *bytes, size_t count, cjpeg_header *header, uint8_t *pixels,
                  char *message) {
  decoder decoder;
  memset(&decoder, 0, sizeof(decoder));
  decoder.failure.status = CJPEG_OK;
  decoder.failure.message = message;
  run(&decoder, bytes, count, header, pixels);
  jpeg_destroy_decompress(&decoder.jpeg);
  return decoder.failure.status;
}

int cjpeg_read_header(const uint8_t *bytes, size_t count, cjpeg_header *header,
                      char message[CJPEG_MESSAGE_SIZE]) {
  return decode(bytes, count, header, NULL, message);
}

int cjpeg_decode(const uint8_t *bytes, size_t count, const cjpeg_header *header, uint8_t *pixels,
                 char message[CJPEG_MESSAGE_SIZE]) {
  cjpeg_header expected = *header;
  return decode(bytes, count, &expected, pixels, message);
}
