// SPDX-License-Identifier: GPL-2.0-only
/*
 * Digests of segments, computed by several threads. A batch is divided into groups of
 * chunks, which the threads take one after the other: so all of them read close together,
 * which is what the kernel's read-ahead expects, and none has to wait for a slower one.
 */
#include "arch/x86_64/purgatory_digest.h"

#include <cpuid.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "purgatory/chunks.h"

/* 256 MiB, whose list of digests takes 128 KiB. */
#define BATCH_GROUPS 1024u
#define BATCH_BYTES  ((uint64_t)BATCH_GROUPS * CHUNK_GROUP_BYTES)

/* More gain nothing: page cache and memory become the limit. Each has a buffer of a group. */
#define THREADS_MAX 8u

/* To start a thread takes as long as a group or less; so that it pays off. */
#define GROUPS_PER_THREAD 4u

/* Intel SDM vol. 2, CPUID, leaf 1: ECX bit 31 is 0 in hardware, so hypervisors set it. */
#define CPUID_HYPERVISOR (1u << 31)

/* What the threads share. The lock is for next, failed and err. */
struct batch {
	const struct segment *segment;
	const struct sha256_method *method;
	const struct progress *progress; /* for the first worker alone */
	uint64_t start;			 /* [start, end) of the segment's data */
	uint64_t end;
	uint8_t (*digests)[SHA256_BYTES]; /* of the batch's chunks */
	pthread_mutex_t lock;
	uint64_t next;	 /* where the first group begins that nobody has taken */
	uint64_t failed; /* where the first one begins that cannot be read; end: none */
	struct error *err;
};

struct worker {
	struct batch *batch;
	uint8_t *buffer; /* of CHUNK_GROUP_BYTES */
	pthread_t thread;
	bool is_first; /* the thread that began, and that others wait for */
};

/* False if none is left, or none is needed any more. */
static bool take_group(struct batch *batch, uint64_t *start)
{
	bool taken = false;

	pthread_mutex_lock(&batch->lock);
	if (batch->next < batch->failed) {
		*start = batch->next;
		batch->next += CHUNK_GROUP_BYTES;
		taken = true;
	}
	pthread_mutex_unlock(&batch->lock);
	return taken;
}

/* The message for the first bytes that cannot be read is kept, whoever found it first. */
static void fail(struct batch *batch, uint64_t start, struct error *err)
{
	pthread_mutex_lock(&batch->lock);
	if (start < batch->failed) {
		struct error other = *batch->err;

		batch->failed = start;
		*batch->err = *err;
		*err = other;
	}
	pthread_mutex_unlock(&batch->lock);
}

static void report(const struct batch *batch, uint64_t done)
{
	progress_step(batch->progress, "computing digests", done,
		      batch->segment->data_size);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct batch *batch = worker->batch;
	uint64_t start;

	while (take_group(batch, &start)) {
		uint64_t left = batch->end - start;
		size_t size = left < CHUNK_GROUP_BYTES ? left : CHUNK_GROUP_BYTES;
		_cleanup_error_ struct error err = { 0 };

		/* Groups are taken in their order, so about all before it is done. */
		if (worker->is_first)
			report(batch, start);
		if (segment_read(batch->segment, start, worker->buffer, size, &err) < 0)
			fail(batch, start, &err);
		else
			chunk_digests(batch->method, worker->buffer, size,
				      batch->digests + (start - batch->start) /
							       PURGATORY_CHUNK_BYTES);
	}
	return NULL;
}

/* This thread is the first worker. Where no other can be started, it is the only one. */
static int run(struct batch *batch, struct worker *workers, unsigned int count)
{
	unsigned int started = 1, i;

	while (started < count &&
	       !pthread_create(&workers[started].thread, NULL, work, &workers[started]))
		started++;
	work(&workers[0]);
	for (i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	return batch->failed < batch->end ? -batch->err->number : 0;
}

/*
 * Those that this process may run on, which is what a container or taskset(1) leaves it.
 * Room for the 8192 that Linux can be built for: the call fails if there is less than for
 * the machine's.
 */
static unsigned int cpu_count(void)
{
	cpu_set_t cpus[8192 / CPU_SETSIZE];

	if (sched_getaffinity(0, sizeof(cpus), cpus) < 0)
		return 1;
	return (unsigned int)CPU_COUNT_S(sizeof(cpus), cpus);
}

static unsigned int worker_count(uint64_t size)
{
	uint64_t useful = size / CHUNK_GROUP_BYTES / GROUPS_PER_THREAD;
	unsigned int cpus = cpu_count();
	unsigned int most = cpus < THREADS_MAX ? cpus : THREADS_MAX;

	return useful < most ? (useful ? (unsigned int)useful : 1) : most;
}

static int digest_batches(struct batch *batch, struct worker *workers, unsigned int count,
			  struct sha256 *list)
{
	uint64_t size = batch->segment->data_size;
	int rc = 0;

	for (batch->start = 0; !rc && batch->start < size; batch->start = batch->end) {
		uint64_t left = size - batch->start;

		batch->end = left < BATCH_BYTES ? size : batch->start + BATCH_BYTES;
		batch->next = batch->start;
		batch->failed = batch->end;
		rc = run(batch, workers, count);
		if (!rc)
			report(batch, batch->end);
		if (!rc)
			sha256_update(
				list, batch->digests,
				(batch->end - batch->start + PURGATORY_CHUNK_BYTES - 1) /
					PURGATORY_CHUNK_BYTES * SHA256_BYTES);
	}
	return rc;
}

int purgatory_digest(const struct segment *segment, const struct sha256_method *method,
		     const struct progress *progress, uint8_t digest[SHA256_BYTES],
		     struct error *err)
{
	unsigned int count = worker_count(segment->data_size), i;
	_cleanup_free_ uint8_t *buffers = malloc((size_t)count * CHUNK_GROUP_BYTES);
	_cleanup_free_ uint8_t *digests =
		malloc((size_t)BATCH_GROUPS * CHUNK_GROUP * SHA256_BYTES);
	_cleanup_error_ struct error reason = { 0 };
	struct worker workers[THREADS_MAX];
	struct batch batch = {
		.segment = segment,
		.method = method,
		.progress = progress,
		.digests = (void *)digests,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.err = &reason,
	};
	struct sha256 list;
	int rc;

	if (!buffers || !digests)
		return error_no_memory(err);
	for (i = 0; i < count; i++)
		workers[i] = (struct worker){
			.batch = &batch,
			.buffer = buffers + (size_t)i * CHUNK_GROUP_BYTES,
			.is_first = !i,
		};
	sha256_init(&list, method->blocks);
	rc = digest_batches(&batch, workers, count, &list);
	pthread_mutex_destroy(&batch.lock);
	if (rc < 0 && err) {
		error_clear(err);
		*err = reason;
		reason = (struct error){ 0 };
	}
	if (rc < 0)
		return rc;
	sha256_final(&list, digest);
	return 0;
}

/* Intel SDM vol. 2, CPUID, leaves 1 and 7. */
static bool has_extensions(void)
{
	unsigned int eax, ebx, ecx, edx;

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_SSSE3) ||
	    !(ecx & bit_SSE4_1))
		return false;
	return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && ebx & bit_SHA;
}

/*
 * Leaf 1 says whether there is a hypervisor, and leaf 0x40000000 which one (QEMU's source,
 * target/i386/cpu.c); the CPU's name in /proc/cpuinfo is the user's choice.
 */
bool purgatory_digest_sse_pays(void)
{
	static const char translator[] = "TCGTCGTCGTCG";
	unsigned int eax, ebx, ecx, edx;
	unsigned int name[3];

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & CPUID_HYPERVISOR))
		return true;
	__cpuid(0x40000000, eax, name[0], name[1], name[2]);
	return memcmp(name, translator, sizeof(name)) != 0;
}

struct sha256_method purgatory_digest_method(void)
{
	return sha256_choose(has_extensions(), purgatory_digest_sse_pays());
}
