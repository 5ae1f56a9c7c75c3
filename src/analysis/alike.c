/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * See alike.h. Names are judged by two that stand in the same place: of one alone nobody can say
 * whether "format" is a word or six random letters.
 */
#include "analysis/alike.h"

#include <string.h>

#define RANDOM_LEAST 6
#define RANDOM_MOST 16
#define NUMBER_LEAST 4
/* Of six random letters four are the same in one of a million; of build1 and build2 five are. */
#define DIFFERENT_LEAST 3
/* How far up a pid is looked for. */
#define ANCESTORS_MOST 16

static bool is_word_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_';
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_same(struct ll_str a, struct ll_str b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static struct ll_str rest_of(struct ll_str text, size_t from)
{
	return ll_str_make(text.data + from, text.length - from);
}

static bool begins_with(struct ll_str text, struct ll_str with)
{
	return text.length >= with.length && memcmp(text.data, with.data, with.length) == 0;
}

/* The directory of the only root; empty when there are more, or it is not known. */
static struct ll_str home_of(const struct ll_job *job)
{
	uint32_t root = job->processes[LL_JOB_TOP].first_child;

	if (root == LL_JOB_NONE || job->processes[root].next_sibling != LL_JOB_NONE ||
	    job->processes[root].image_count == 0)
		return ll_str_make(NULL, 0);
	return job->images[job->processes[root].first_image].cwd;
}

void ll_alike_init(struct ll_alike *alike, const struct ll_job *a, const struct ll_job *b,
		   bool is_exact)
{
	*alike = (struct ll_alike){ .jobs = { a, b }, .is_exact = is_exact };
	struct ll_str home_a = home_of(a), home_b = home_of(b);
	if (is_exact || home_a.length < 2 || home_b.length < 2 || is_same(home_a, home_b))
		return;
	alike->homes[0] = home_a;
	alike->homes[1] = home_b;
}

/* Whether a path may begin here: not in the middle of another, but for an option's (-I/src). */
static bool begins_path(struct ll_str text, size_t at)
{
	size_t word = at;

	while (word > 0 && is_word_byte(text.data[word - 1]))
		word--;
	return word == at || (word > 0 && text.data[word - 1] == '-');
}

/* How many bytes of the directory of the job stand at a place; 0: it is not there. */
static size_t home_at(const struct ll_alike *alike, int side, struct ll_str text, size_t at)
{
	struct ll_str home = alike->homes[side], rest = rest_of(text, at);

	if (home.length == 0 || !begins_with(rest, home) || !begins_path(text, at))
		return 0;
	bool goes_on = rest.length > home.length && is_word_byte(rest.data[home.length]);
	return goes_on ? 0 : home.length;
}

static size_t word_length(struct ll_str text, size_t at)
{
	size_t length = 0;

	while (at + length < text.length && is_word_byte(text.data[at + length]))
		length++;
	return length;
}

/* Whether a directory for temporary files ends with the slash before a place. */
static bool ends_temporary(struct ll_str text, size_t at)
{
	static const char *const names[] = { "/tmp/", "/dev/shm/" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (at >= length && memcmp(text.data + at - length, names[i], length) == 0)
			return true;
	}
	return false;
}

/* A path ends where a blank, a quote or a colon stands. */
static bool ends_path(char byte)
{
	return strchr(" \t\n\"'`:;,()<>|&", byte) != NULL;
}

/* ---- Two names ------------------------------------------------------------------------- */

static bool looks_random(struct ll_str text)
{
	size_t digits = 0, capitals = 0, smalls = 0;

	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];

		digits += is_digit(byte);
		/* The first one may begin a word. */
		capitals += i > 0 && byte >= 'A' && byte <= 'Z';
		smalls += byte >= 'a' && byte <= 'z';
	}
	return (digits > 0 && capitals + smalls > 0) || (capitals > 0 && smalls > 0);
}

static size_t digits_at_end(struct ll_str text)
{
	size_t count = 0;

	while (count < text.length && is_digit(text.data[text.length - count - 1]))
		count++;
	return count;
}

static size_t same_length(struct ll_str a, struct ll_str b)
{
	size_t length = 0;

	while (length < a.length && length < b.length && a.data[length] == b.data[length])
		length++;
	return length;
}

static size_t count_different(struct ll_str a, struct ll_str b)
{
	size_t count = 0;

	for (size_t i = 0; i < a.length; i++)
		count += a.data[i] != b.data[i];
	return count;
}

/* cc and six random letters: what gcc calls them, of which a build has too many to leave it to luck. */
static bool is_of_compiler(struct ll_str name)
{
	return name.length == 8 && memcmp(name.data, "cc", 2) == 0;
}

/* Whether both are names that were made up for this run. */
static bool are_made_up(struct ll_str a, struct ll_str b)
{
	size_t same = same_length(a, b), tail = a.length - same;
	size_t number_a = digits_at_end(a), number_b = digits_at_end(b);

	if (number_a >= NUMBER_LEAST && number_b >= NUMBER_LEAST &&
	    is_same(ll_str_make(a.data, a.length - number_a),
		    ll_str_make(b.data, b.length - number_b)))
		return true;
	if (a.length != b.length || a.length < RANDOM_LEAST || tail > RANDOM_MOST)
		return false;
	if (is_of_compiler(a) && is_of_compiler(b))
		return true;
	if (tail < RANDOM_LEAST)
		tail = RANDOM_LEAST;
	if (count_different(rest_of(a, a.length - tail), rest_of(b, b.length - tail)) <
	    DIFFERENT_LEAST)
		return false;
	return looks_random(rest_of(a, a.length - tail)) ||
	       looks_random(rest_of(b, b.length - tail));
}

static uint64_t number_of(struct ll_str digits)
{
	uint64_t number = 0;

	if (digits.length > 10)
		return 0;
	for (size_t i = 0; i < digits.length; i++)
		number = number * 10 + (uint64_t)(digits.data[i] - '0');
	return number;
}

/* Whether both end in the pid of the process itself, or of the same one above it. */
static bool are_pids(const struct ll_alike *alike, uint32_t a, uint32_t b, struct ll_str text_a,
		     struct ll_str text_b)
{
	size_t count_a = digits_at_end(text_a), count_b = digits_at_end(text_b);

	if (count_a == 0 || count_b == 0 ||
	    !is_same(ll_str_make(text_a.data, text_a.length - count_a),
		     ll_str_make(text_b.data, text_b.length - count_b)))
		return false;
	uint64_t pid_a = number_of(rest_of(text_a, text_a.length - count_a));
	uint64_t pid_b = number_of(rest_of(text_b, text_b.length - count_b));
	for (int i = 0; i < ANCESTORS_MOST && a != LL_JOB_TOP && b != LL_JOB_TOP; i++) {
		const struct ll_job_process *of_a = &alike->jobs[0]->processes[a];
		const struct ll_job_process *of_b = &alike->jobs[1]->processes[b];

		if (of_a->tgid == pid_a && of_b->tgid == pid_b)
			return true;
		a = of_a->parent;
		b = of_b->parent;
	}
	return false;
}

/* ---- Two texts ------------------------------------------------------------------------- */

/* Both texts, as far as they are read. */
struct reading {
	struct ll_str a, b;
	size_t at_a, at_b;
	bool is_temporary; /* a directory for temporary files was passed in this path */
};

static bool read_word(const struct ll_alike *alike, uint32_t a, uint32_t b,
		      struct reading *reading)
{
	size_t length_a = word_length(reading->a, reading->at_a);
	size_t length_b = word_length(reading->b, reading->at_b);
	struct ll_str word_a = ll_str_make(reading->a.data + reading->at_a, length_a);
	struct ll_str word_b = ll_str_make(reading->b.data + reading->at_b, length_b);

	reading->at_a += length_a;
	reading->at_b += length_b;
	return is_same(word_a, word_b) ||
	       (reading->is_temporary && are_made_up(word_a, word_b)) ||
	       are_pids(alike, a, b, word_a, word_b);
}

/* Read one more piece of both. Returns whether it is the same. */
static bool read_piece(const struct ll_alike *alike, uint32_t a, uint32_t b,
		       struct reading *reading)
{
	size_t home_a = home_at(alike, 0, reading->a, reading->at_a);
	size_t home_b = home_at(alike, 1, reading->b, reading->at_b);

	if (home_a > 0 && home_b > 0) {
		reading->at_a += home_a;
		reading->at_b += home_b;
		return true;
	}
	char byte_a = reading->a.data[reading->at_a], byte_b = reading->b.data[reading->at_b];
	if (is_word_byte(byte_a) && is_word_byte(byte_b))
		return read_word(alike, a, b, reading);
	reading->at_a++;
	reading->at_b++;
	if (ends_path(byte_a))
		reading->is_temporary = false;
	else if (byte_a == '/')
		reading->is_temporary |= ends_temporary(reading->a, reading->at_a) &&
					 ends_temporary(reading->b, reading->at_b);
	return byte_a == byte_b;
}

bool ll_alike_texts(const struct ll_alike *alike, uint32_t a, uint32_t b, struct ll_str text_a,
		    struct ll_str text_b)
{
	struct reading reading = { .a = text_a, .b = text_b };

	if (is_same(text_a, text_b))
		return true;
	if (alike->is_exact)
		return false;
	while (reading.at_a < text_a.length && reading.at_b < text_b.length)
		if (!read_piece(alike, a, b, &reading))
			return false;
	return reading.at_a == text_a.length && reading.at_b == text_b.length;
}

bool ll_alike_processes(struct ll_alike *alike, uint32_t a, uint32_t b)
{
	const struct ll_job_process *of_a = &alike->jobs[0]->processes[a];
	const struct ll_job_process *of_b = &alike->jobs[1]->processes[b];

	alike->compared_count++;
	if (of_a->image_count != of_b->image_count)
		return false;
	for (uint32_t i = 0; i < of_a->image_count; i++) {
		const struct ll_job_image *image_a =
			&alike->jobs[0]->images[of_a->first_image + i];
		const struct ll_job_image *image_b =
			&alike->jobs[1]->images[of_b->first_image + i];

		if (!ll_alike_texts(alike, a, b, image_a->args, image_b->args) ||
		    !ll_alike_texts(alike, a, b, image_a->exe, image_b->exe) ||
		    !ll_alike_texts(alike, a, b, image_a->cwd, image_b->cwd))
			return false;
	}
	return true;
}

/* ---- Hashes ---------------------------------------------------------------------------- */

static uint64_t hash_word(struct ll_str word, bool is_temporary, enum ll_alike_level level,
			  uint64_t hash)
{
	if (level >= LL_ALIKE_NAMES && is_temporary &&
	    (word.length >= RANDOM_LEAST || digits_at_end(word) >= NUMBER_LEAST ||
	     (level >= LL_ALIKE_DIGITS && digits_at_end(word) > 0)))
		return ll_alike_mix(hash, '*');
	if (level >= LL_ALIKE_DIGITS && digits_at_end(word) > 0) {
		word.length -= digits_at_end(word);
		hash = ll_alike_mix(hash, '#');
	}
	for (size_t i = 0; i < word.length; i++)
		hash = ll_alike_mix(hash, (uint8_t)word.data[i]);
	return hash;
}

uint64_t ll_alike_hash_text(const struct ll_alike *alike, int side, struct ll_str text,
			    enum ll_alike_level level, uint64_t hash)
{
	bool is_temporary = false;

	if (alike->is_exact)
		level = LL_ALIKE_PLAIN;
	for (size_t at = 0; at < text.length;) {
		size_t home = home_at(alike, side, text, at), length = word_length(text, at);

		if (home > 0) {
			hash = ll_alike_mix(hash, 256);
			at += home;
		} else if (length > 0) {
			hash = hash_word(ll_str_make(text.data + at, length), is_temporary,
					 level, hash);
			at += length;
		} else {
			char byte = text.data[at++];

			hash = ll_alike_mix(hash, (uint8_t)byte);
			is_temporary =
				!ends_path(byte) && (is_temporary || ends_temporary(text, at));
		}
	}
	return ll_alike_mix(hash, 257);
}

uint64_t ll_alike_hash(const struct ll_alike *alike, int side, uint32_t index,
		       enum ll_alike_level level)
{
	const struct ll_job *job = alike->jobs[side];
	const struct ll_job_process *process = &job->processes[index];
	uint64_t hash = process->image_count;

	for (uint32_t i = 0; i < process->image_count; i++) {
		const struct ll_job_image *image = &job->images[process->first_image + i];

		hash = ll_alike_hash_text(alike, side, image->exe, level, hash);
		hash = ll_alike_hash_text(alike, side, image->args, level, hash);
		hash = ll_alike_hash_text(alike, side, image->cwd, level, hash);
	}
	return hash;
}
