/* Hostile datagrams before the compiled way of packets, under sanitizers; anything found aborts.
 *
 *   cc -std=c11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -o /tmp/pump tests/fuzz/pump.c
 *   /tmp/pump 1 3000000        (seed, datagrams)
 *
 * Each lies in memory of exactly its own length. What stands for libsrtp appends as much as it ever does, takes
 * away the tag or more, and fails now and then. */

#include "../../ekyc/media/pump.c"

#include <stdio.h>
#include <stdlib.h>

enum { TAG = 10, PORT = 5, VOICES = 2 };

static int fake_protect(void *session, void *packet, int *length) {
    (void)session;
    memset((uint8_t *)packet + *length, 7, TRAILER);
    *length += TRAILER;
    return rand() % 50 == 0;
}

static int fake_unprotect(void *session, void *packet, int *length) {
    (void)session;
    (void)packet;
    if (*length < TAG || rand() % 50 == 0) return 1;
    *length = rand() % 200 ? *length - TAG : rand() % (*length + 1);
    return 0;
}

/* A datagram of any length that often looks like the next packet of a stream. */
static uint8_t *draw(int *length, const struct stream *of) {
    *length = rand() % 8 ? rand() % 100 : rand() % 1601;
    uint8_t *cell = malloc(*length ? (size_t)*length : 1);
    for (int i = 0; i < *length; i++) cell[i] = (uint8_t)rand();
    if (*length < HEADER) return cell;
    cell[0] = rand() % 2 ? (uint8_t)(0x80 | (rand() % 4) << 4) : (uint8_t)(0x80 | (rand() & 0x3F));
    cell[1] &= rand() % 10 ? 0x3F : 0xFF;
    write16(cell + 2, (uint32_t)(of->highest + 1) & 0xFFFF);
    write32(cell + 8, of->ssrc);
    if (cell[0] & 0x10 && *length >= 24 && rand() % 4) {
        write32(cell + HEADER, 0xBEDE0000u | (uint32_t)(rand() % 4 ? 1 + rand() % 3 : rand() & 0xFFFF));
        cell[HEADER + 4] = rand() % 2 ? 0x32 : (uint8_t)rand();
    }
    return cell;
}

static void read_journal(void) {
    uint32_t used, at = 0;
    const uint8_t *data = pump_journal(&used);
    while (at < used) {
        const struct passed *packet = (const void *)(data + at);
        if (packet->size > LARGEST) abort();
        at += (uint32_t)sizeof *packet + ((packet->size + ALIGNED - 1) & ~(ALIGNED - 1u));
    }
    if (at != used || used > JOURNAL) abort();
}

int main(int count, char **arguments) {
    struct wire wires[LISTENERS] = {0};
    struct listener listeners[VOICES][LISTENERS] = {0};
    struct stream streams[VOICES] = {0};
    struct gate gate = {.packet_limit = UINT64_MAX, .octet_limit = UINT64_MAX};
    struct leg leg = {.sent_at_extension = 3, .stream_count = VOICES};
    struct port port = {.leg = &leg, .gate = &gate, .known_length = 8};
    uint8_t name[32] = {0};
    long passed = 0, datagrams = count > 2 ? atol(arguments[2]) : 3000000;

    srand(count > 1 ? (unsigned)atoi(arguments[1]) : 1);
    pump_use((void *)fake_protect, (void *)fake_unprotect);
    for (int i = 0; i < VOICES; i++) {
        leg.streams[i] = &streams[i];
        streams[i] = (struct stream){.ssrc = 1000u + (uint32_t)i, .highest = 65500, .rate = 90000};
        streams[i].is_video = i;
        streams[i].listener_count = LISTENERS;
        for (int j = 0; j < LISTENERS; j++) {
            wires[j].descriptor = -1;
            listeners[i][j].wire = &wires[j];
            listeners[i][j].sent_at = j ? 0x32000000u : 0;
            listeners[i][j].numbers.is_following = 1;
            streams[i].listeners[j] = &listeners[i][j];
        }
    }
    for (long i = 0; i < datagrams; i++) {
        int length;
        uint8_t *cell = draw(&length, &streams[rand() % VOICES]);
        struct iovec vector = {cell, ROOM};
        struct mmsghdr message = {.msg_len = (unsigned)length};
        message.msg_hdr.msg_iov = &vector;
        message.msg_hdr.msg_name = name;
        message.msg_hdr.msg_namelen = 16;
        passed += pass(&port, PORT, &message, (double)i * 0.001);
        if (!journal_has_room() || rand() % 3000 == 0) read_journal();
        if (rand() % 9000 == 0 && out_count) flush();
        free(cell);
    }
    if (out_count) flush();
    printf("%ld datagrams, %ld passed\n", datagrams, passed);
}
