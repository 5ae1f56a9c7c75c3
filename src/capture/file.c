/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See file.h. */
#include "capture/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

static int open_fd(const char *path)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
}

/*
 * Hold a lock for as long as the file is open: whoever follows it sees by that whether more can come,
 * and two recordings do not overwrite each other. Returns 0, -errno when there is no lock to be had,
 * -EBUSY when somebody else has it.
 */
static int lock_file(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
}

int ll_file_open(const char *path, struct ll_file *ret)
{
	LL_AUTO_CLOSE int fd = open_fd(path);
	uint64_t id;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || getrandom(&id, sizeof(id), 0) < 0)
		return -errno;
	int locked = S_ISREG(st.st_mode) ? lock_file(fd) : -EINVAL;
	if (locked == -EBUSY)
		return -EBUSY;
	if (S_ISREG(st.st_mode) && strcmp(path, "-") != 0 && ftruncate(fd, 0) < 0)
		return -errno;
	*ret = (struct ll_file){
		.fd = TAKE_FD(fd),
		.is_regular = S_ISREG(st.st_mode),
		.is_locked = locked == 0,
		.id = id,
		.begun_ns = ll_clock_ns(CLOCK_MONOTONIC),
	};
	return 0;
}

bool ll_file_is_busy(const char *path)
{
	LL_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void ll_file_close(struct ll_file *file)
{
	if (file->fd >= 0)
		close(TAKE_FD(file->fd));
	ll_bytes_fini(&file->index);
}

/* Write all of it. Returns 0 or -errno. */
static int write_all(int fd, struct iovec *parts, int count)
{
	while (count > 0) {
		ssize_t written = writev(fd, parts, count);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		for (; count > 0 && (size_t)written >= parts->iov_len; parts++, count--)
			written -= (ssize_t)parts->iov_len;
		if (count > 0) {
			parts->iov_base = (char *)parts->iov_base + written;
			parts->iov_len -= (size_t)written;
		}
	}
	return 0;
}

/* Cut off what was written of a block. What cannot be cut, a reader skips. */
static void cut(struct ll_file *file)
{
	struct stat st;

	if (!file->is_regular || ftruncate(file->fd, (off_t)file->offset) == 0)
		return;
	if (fstat(file->fd, &st) == 0)
		file->offset = (uint64_t)st.st_size;
}

static int append(struct ll_file *file, struct iovec *parts, int count)
{
	size_t length = 0;

	for (int i = 0; i < count; i++)
		length += parts[i].iov_len;
	int r = write_all(file->fd, parts, count);
	if (r < 0)
		cut(file);
	else
		file->offset += length;
	return r;
}

static int note_in_index(struct ll_file *file, const struct ll_block *block, uint64_t offset)
{
	struct ll_bytes *index = &file->index;

	if (ll_bytes_reserve(index, 6 * LL_VARINT_MAX) < 0)
		return -ENOMEM;
	ll_bytes_put_varint(index, offset - file->index_offset);
	ll_bytes_put(index, &block->type, 1);
	ll_bytes_put_varint(index, block->flags);
	ll_bytes_put_varint(index, block->event_count);
	ll_bytes_put_varint(index, ll_zigzag(block->first_boottime_ns - file->index_ns));
	ll_bytes_put_varint(index, block->last_boottime_ns - block->first_boottime_ns);
	file->index_offset = offset;
	file->index_ns = block->first_boottime_ns;
	file->index_count++;
	return 0;
}

/* What tells how the file is to be read needs nothing to be read itself. */
static enum ll_block_codec codec_of(const struct ll_block *block)
{
	bool is_of_events = block->type == LL_BLOCK_EVENTS || block->type == LL_BLOCK_LIVING;

	return is_of_events ? LL_CODEC_WORDS : LL_CODEC_DEFLATE;
}

int ll_file_put(struct ll_file *file, struct ll_codec *codec, struct ll_block *block,
		const struct ll_bytes *raw, size_t noise)
{
	const struct ll_bytes *stored = raw;
	uint64_t offset = file->offset;
	uint8_t header[LL_BLOCK_BYTES];

	if (raw->length > LL_PAYLOAD_MAX)
		return -EFBIG;
	block->codec = (uint8_t)ll_codec_deflate(codec, codec_of(block), raw, noise, &stored);
	block->file_id = file->id;
	block->major = LL_FORMAT_MAJOR;
	block->minor = LL_FORMAT_MINOR;
	block->raw_bytes = (uint32_t)raw->length;
	block->stored_bytes = (uint32_t)stored->length;
	block->payload_crc = ll_checksum(stored->data, stored->length);
	ll_block_format(block, header);
	struct iovec parts[] = { { header, sizeof(header) }, { stored->data, stored->length } };
	int r = append(file, parts, 2);
	return r < 0 ? r : note_in_index(file, block, offset);
}

int ll_file_end(struct ll_file *file, struct ll_codec *codec, uint64_t sequence, uint32_t flags)
{
	struct ll_block block = { .type = LL_BLOCK_INDEX,
				  .first_sequence = sequence,
				  .flags = flags };
	struct ll_trailer trailer = { .file_id = file->id, .index_offset = file->offset };
	LL_CLEANUP(ll_bytes_fini) struct ll_bytes payload = { 0 };
	uint8_t bytes[LL_TRAILER_BYTES];

	if (ll_bytes_add_varint(&payload, file->index_count) < 0 ||
	    ll_bytes_reserve(&payload, file->index.length) < 0)
		return -ENOMEM;
	ll_bytes_put(&payload, file->index.data, file->index.length);
	int r = ll_file_put(file, codec, &block, &payload, 0);
	if (r < 0)
		return r;
	ll_trailer_format(&trailer, bytes);
	struct iovec part = { bytes, sizeof(bytes) };
	return append(file, &part, 1);
}
