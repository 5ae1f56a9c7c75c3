/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The `.life` file, version 2: what entered the model, event by event.
 *
 * A file is a row of blocks, each of which can be read without the others, and a trailer.
 * It is only ever appended to; nothing is patched, so a recording that was killed is a
 * whole file with a torn tail. Numbers are little-endian. "varint" is LEB128 (seven bits a
 * byte, lowest first, at most ten bytes), "signed" a varint in zigzag, "text" a varint of
 * length and so many bytes.
 *
 * A block is a header of LL_BLOCK_BYTES and a payload:
 *
 *    0  magic            8 bytes, LL_BLOCK_MAGIC
 *    8  file id          u64, random; a block of another one is not of this file
 *   16  first sequence   u64, events of the recording before this block
 *   24  first, last time u64 each, CLOCK_BOOTTIME ns of the events in it
 *   40  stored bytes     u32, length of the payload as it stands in the file
 *   44  raw bytes        u32, length of the payload once decoded
 *   48  events           u32, how many are in it
 *   52  schema           u32, crc32 of the raw payload of the schema block it was made by
 *   56  version          u8 major, u8 minor: a reader of the same major reads it
 *   58  type             u8, enum ll_block_type; others are skipped
 *   59  codec            u8, enum ll_block_codec
 *   60  flags            u32, LL_BLOCK_*
 *   64  payload crc      u32, crc32 of the stored payload
 *   68  header crc       u32, crc32 of the 68 bytes before
 *
 * Payloads, once decoded:
 *
 * HEADER  facts of the recording: varint count, then name and value, a text each. Names are
 *         in capture/about.h; unknown ones are skipped.
 *
 * SCHEMA  varint count of event kinds, the name of each (text); varint count of columns, and
 *         of each: key (text), type and prediction (a byte each, below), varint count of names
 *         of its values, each a text. A kind, a column, a value is known by its name and
 *         called by its place in these lists. The first LL_COLUMN_LEAD columns are always
 *         the time, the thread, the process and its parent. Header and schema are repeated
 *         before each LIVING, lest they are lost with one damaged block.
 *
 * EVENTS  four parts, so that a column that is not known can be skipped:
 *         strings  varint count, each a text. They are counted from 1
 *         shapes   varint count; of each: varint kind, varint count of its columns, and these
 *                  in rising order, a varint each that is added to the one before
 *         rows     varint length in bytes; of each event a varint: its shape
 *         columns  varint count; of each: varint column, varint length in bytes, and what
 *                  the events whose shape has it say of it, one after the other. What comes
 *                  after its end is 0
 *         A number is the signed difference (modulo 2^64) from what was predicted. A string
 *         is 0 when it is the one predicted; 1 when it is the one after the last of the strings
 *         that this column has told of otherwise so far; else its number and 1. An entity id is
 *         0 when it is made of pid and start as usual, else a string. Arguments are a varint
 *         count of pieces, to be joined by NUL, each a string; predicted is the piece that
 *         followed the former piece the last time.
 *
 * LIVING  the same; snapshot events of all that lives, and the snapshot's end: what a reader
 *         needs that starts here, or that has missed events. Others leave it out. It may be
 *         several blocks: from LL_BLOCK_FIRST to LL_BLOCK_LAST.
 *
 * INDEX   varint count of blocks; of each: varint offset in the file less that of the one
 *         before, type (a byte), varint flags, varint events, signed first time less that of
 *         the one before, varint last less first time. The block before the trailer.
 *
 * The trailer: LL_TRAILER_MAGIC, u64 file id, u64 offset of the INDEX block, u32 0, u32 crc32
 * of the 28 bytes before. With it the file is whole.
 *
 * Predictions. Each column of a block has a last value, 0 at first. So has each task (thread
 * id), of the columns with LL_PREDICT_TASK. A task that a block tells of for the first time
 * starts with the values of its process, or, when it is the process, of its parent, if that table
 * has them, else with those of the task that the event before was of, or 0; but then it starts now,
 * and a process whose parent is known has a parent that started when that one did
 * (capture/predict.h). The table has LL_PREDICT_TASKS places; a task has the place of its
 * number modulo that, and drives out who had it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LL_FORMAT_MAJOR 2
#define LL_FORMAT_MINOR 0

#define LL_BLOCK_BYTES 72
#define LL_BLOCK_MAGIC "\x89LIFE\r\n\x1a"
#define LL_TRAILER_BYTES 32
#define LL_TRAILER_MAGIC "\x89LEND\r\n\x1a"
#define LL_MAGIC_BYTES 8

/*
 * A reader refuses longer payloads, and more strings and shapes. One event has at most 1 MiB of
 * arguments and as much of environment. All events of a block together have no more of both, with a NUL
 * after each piece, than LL_BLOCK_ARGS_MAX: the same pieces, told again and again, take next to no room.
 */
#define LL_PAYLOAD_MAX (8 * 1024 * 1024)
#define LL_BLOCK_ARGS_MAX (64 * 1024 * 1024)
#define LL_STRINGS_MAX (1024 * 1024)
#define LL_SHAPES_MAX (64 * 1024)
#define LL_SHAPE_COLUMNS_MAX (1024 * 1024)

enum ll_block_type {
	LL_BLOCK_HEADER = 1,
	LL_BLOCK_SCHEMA,
	LL_BLOCK_EVENTS,
	LL_BLOCK_LIVING,
	LL_BLOCK_INDEX,
};

/*
 * DEFLATE: a stream of RFC 1951, without zlib's header and checksum; what follows its end is the end
 * of the payload as it is. WORDS: the same, but what may be referred to begins with the dictionary of
 * capture/dictionary.h. EVENTS and LIVING are made by it, the others need no dictionary.
 */
enum ll_block_codec { LL_CODEC_STORED, LL_CODEC_DEFLATE, LL_CODEC_WORDS };

/* Events before this block were dropped when it was made (disk full); it begins with how many. */
#define LL_BLOCK_AFTER_LOSS 1u
/* Of a LIVING. */
#define LL_BLOCK_FIRST 2u
#define LL_BLOCK_LAST 4u
/* Of an INDEX: the recording goes on in another file. */
#define LL_BLOCK_ROTATED 8u

enum ll_column_type {
	LL_COLUMN_INT = 1,
	LL_COLUMN_UINT,
	LL_COLUMN_TIME,
	LL_COLUMN_BOOL,
	LL_COLUMN_ENUM,
	LL_COLUMN_STR,
	LL_COLUMN_ARGS,
	LL_COLUMN_ENTITY,
};

/* What a value is predicted to be. */
enum ll_prediction {
	LL_PREDICT_ZERO,
	LL_PREDICT_LAST, /* the column's last value */
	LL_PREDICT_TASK, /* the task's last value */
	LL_PREDICT_TIME, /* the event's time, plus the last difference from it */
	LL_PREDICT_PID, /* the process id, plus the last difference from it */
	LL_PREDICT_PARENT, /* the parent's process id */
	LL_PREDICT_START, /* of a main thread: when its process started; else as TASK */
	LL_PREDICT_AGE, /* the event's time less the thread's start */
	LL_PREDICT_LENGTH, /* length of the arguments, plus the last difference from it */
	LL_PREDICT_SENDER_START, /* what the sender has as a task, if it has; else LAST */
	LL_PREDICT_SENDER_COMM,
	LL_PREDICT_SENDER_UID,
};

struct ll_block {
	uint64_t file_id;
	uint64_t first_sequence;
	uint64_t first_boottime_ns, last_boottime_ns;
	uint32_t stored_bytes, raw_bytes;
	uint32_t event_count;
	uint32_t schema;
	uint8_t major, minor, type, codec;
	uint32_t flags;
	uint32_t payload_crc;
};

struct ll_trailer {
	uint64_t file_id;
	uint64_t index_offset;
};

/* Write the header of a block, its checksum included. */
void ll_block_format(const struct ll_block *block, uint8_t ret[LL_BLOCK_BYTES]);
/* Read one. Returns 0, or -EBADMSG when these bytes are none. */
int ll_block_parse(const uint8_t bytes[LL_BLOCK_BYTES], struct ll_block *ret);

/* The same of a trailer. */
void ll_trailer_format(const struct ll_trailer *trailer, uint8_t ret[LL_TRAILER_BYTES]);
int ll_trailer_parse(const uint8_t bytes[LL_TRAILER_BYTES], struct ll_trailer *ret);

/* crc32 of zlib. */
uint32_t ll_checksum(const void *data, size_t length);
