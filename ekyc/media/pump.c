/* The short way of an ordinary packet: decrypted, renumbered, encrypted for each listener, sent.
 *
 * Ordinary is the next packet of a stream that is known, for listeners who already follow it: of a
 * call, nearly every one. All else is left as it came, for Python, which can do everything that is
 * done here (leg.py, relay.py, guard.py) and is what this is tested against. What may be changed from
 * both sides lies in these structures; pump.py declares them once more. */

#define _GNU_SOURCE
#include <math.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { HEADER = 12, EXTENSION = 8, LISTENERS = 4, STREAMS = 4, OUTBOX = 64, ROOM = 2048 };
enum { PORTS = 1 << 16, EVENTS = 64, JOURNAL = 1 << 20, ALIGNED = 8 };
enum { LARGEST = 1500, TRAILER = 144 }; /* an Ethernet frame; SRTP_MAX_TRAILER_LEN of libsrtp */

typedef int (*crypt_fn)(void *session, void *packet, int *length);

struct wire { /* the encrypted way to one address */
    void *outbound;
    struct sockaddr_storage remote;
    uint32_t remote_length;
    int32_t descriptor; /* negative: closed */
    uint64_t unsent;
};

struct numbers { /* a listener's numbering of a stream; `Numbers` in relay.py */
    int64_t shift, last, floor;
    double at;
    uint32_t stamp_shift, last_stamp;
    int32_t is_following; /* the source has not changed since the last packet */
};

struct listener {
    struct wire *wire;
    struct numbers numbers;
    uint64_t packets, octets;
    uint32_t ssrc, sent_at; /* the extension as its 32 bits without the value; 0: not agreed */
    uint8_t payload_type;
};

struct stream { /* what one party sends; `Reception` in rtcp.py */
    int64_t base, highest; /* running numbers; negative: nothing came yet */
    uint64_t received;
    double rate, jitter, transit;
    uint64_t octets, pictures; /* since the last account */
    uint32_t ssrc;
    int32_t is_video, listener_count;
    struct listener *listeners[LISTENERS];
};

struct gate { /* what is taken in one second; `Gate` in guard.py */
    double second;
    uint64_t packets, octets, packet_limit, octet_limit, over_budget, malformed;
};

struct leg {
    void *inbound;
    double last_heard;
    int32_t sent_at_extension, stream_count;
    struct stream *streams[STREAMS];
};

struct port {
    struct mmsghdr *tray; /* where its datagrams are read into */
    struct leg *leg;
    struct gate *gate;
    uint32_t known_length;
    uint8_t known[28]; /* the party's address as the kernel names it */
};

struct passed { /* a packet that went the short way; in the journal its payload stands behind it */
    double at;
    int64_t index;
    uint32_t timestamp, size;
    int32_t port, stream, sent_at; /* `sent_at` is negative when the packet does not say */
    uint8_t marker;
};

struct left { /* a datagram that Python has to take, in its place of the tray, and when it came */
    double at;
    int32_t port, place, length;
    int32_t waiting; /* whether the journal holds what came before it */
};

/* libsrtp is the one pylibsrtp brings, so its functions are handed in. */
static crypt_fn protect, unprotect;

static struct port *ports[PORTS]; /* by descriptor */

/* What was passed on, until Python keeps and records it: later, and many at a time. */
static _Alignas(ALIGNED) uint8_t journal[JOURNAL];
static uint32_t journal_used;
static double journal_since; /* when the first of it came */

static uint8_t outbox[OUTBOX][ROOM];
static struct mmsghdr out[OUTBOX];
static struct iovec vectors[OUTBOX];
static struct wire *out_wire;
static unsigned out_count;

void pump_use(void *protect_, void *unprotect_) {
    protect = (crypt_fn)protect_;
    unprotect = (crypt_fn)unprotect_;
}

/* To be raised, here and in pump.py, whenever what the two agree on changes. */
int pump_version(void) { return 2; }

/* Sizes of the structures in the order of pump.py: a library of another build must not be used. */
void pump_sizes(uint32_t *sizes) {
    const uint32_t own[] = {sizeof(struct wire),   sizeof(struct listener), sizeof(struct stream),
                            sizeof(struct gate),   sizeof(struct leg),      sizeof(struct port),
                            sizeof(struct passed), sizeof(struct left), sizeof(struct mmsghdr)};
    memcpy(sizes, own, sizeof own);
}

static uint16_t read16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static uint32_t read32(const uint8_t *at) { return (uint32_t)read16(at) << 16 | read16(at + 2); }

static void write16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void write32(uint8_t *at, uint32_t value) {
    write16(at, value >> 16);
    write16(at + 2, value);
}

/* Sending ------------------------------------------------------------------------------------ */

/* Send what lies in the outbox; a packet the kernel does not take is worth less than the next. */
static void flush(void) {
    unsigned done = 0;
    while (done < out_count) {
        int sent = out_wire->descriptor < 0
                       ? -1
                       : sendmmsg(out_wire->descriptor, out + done, out_count - done, MSG_DONTWAIT);
        if (sent > 0) {
            done += (unsigned)sent;
        } else {
            out_wire->unsent++;
            done++;
        }
    }
    out_count = 0;
}

static void send_to(struct wire *wire, unsigned place, int length) {
    vectors[place].iov_base = outbox[place];
    vectors[place].iov_len = (size_t)length;
    memset(&out[place], 0, sizeof out[place]);
    out[place].msg_hdr.msg_name = &wire->remote;
    out[place].msg_hdr.msg_namelen = wire->remote_length;
    out[place].msg_hdr.msg_iov = &vectors[place];
    out[place].msg_hdr.msg_iovlen = 1;
    out_count = place + 1;
}

/* The packet under the listener's numbers, encrypted into the outbox. */
static void forward(struct listener *to, const uint8_t *payload, const struct passed *packet) {
    struct numbers *numbers = &to->numbers;
    int64_t number = packet->index + numbers->shift;
    uint32_t stamp = packet->timestamp + numbers->stamp_shift;
    int has_time = packet->sent_at >= 0 && to->sent_at;
    int length = HEADER + (has_time ? EXTENSION : 0) + (int)packet->size;

    numbers->last = number;
    numbers->last_stamp = stamp;
    numbers->at = packet->at;
    to->packets++;
    to->octets += packet->size;
    if (out_count && (out_wire != to->wire || out_count == OUTBOX)) flush();
    out_wire = to->wire;
    uint8_t *head = outbox[out_count];
    head[0] = has_time ? 0x90 : 0x80;
    head[1] = (uint8_t)(packet->marker << 7 | to->payload_type);
    write16(head + 2, (uint32_t)(number & 0xFFFF));
    write32(head + 4, stamp);
    write32(head + 8, to->ssrc);
    if (has_time) { /* RFC 8285 §4.2: one one-byte extension of three bytes */
        write32(head + HEADER, 0xBEDE0001);
        write32(head + HEADER + 4, to->sent_at | (uint32_t)packet->sent_at);
    }
    memcpy(head + length - packet->size, payload, packet->size);
    if (!protect(to->wire->outbound, head, &length)) send_to(to->wire, out_count, length);
}

/* Receiving ---------------------------------------------------------------------------------- */

/* Whether the gate lets a datagram of this length in now. */
static int fits(struct gate *gate, uint32_t length, double at) {
    if (at - gate->second >= 1.0) {
        gate->second = at;
        gate->packets = gate->octets = 0;
    }
    gate->packets++;
    gate->octets += length;
    if (gate->packets > gate->packet_limit || gate->octets > gate->octet_limit) {
        gate->over_budget++;
        return 0;
    }
    if (length > LARGEST) {
        gate->malformed++;
        return 0;
    }
    return 1;
}

/* Where the payload begins by the header, which is not encrypted; 0 when the header lies. */
static uint32_t payload_start(const uint8_t *packet, uint32_t length) {
    uint32_t start = HEADER + 4u * (packet[0] & 0x0F);
    if (packet[0] & 0x10) {
        if (start + 4 > length) return 0;
        start += 4 + 4u * read16(packet + start + 2);
    }
    return start <= length ? start : 0;
}

/* The 24 bits of one-byte extension `wanted` in a header that ends at `end`; negative: none. */
static int32_t three_byte_extension(const uint8_t *packet, uint32_t end, int32_t wanted) {
    uint32_t at = HEADER + 4u * (packet[0] & 0x0F);
    if (!(packet[0] & 0x10) || read16(packet + at) != 0xBEDE) return -1;
    for (at += 4; at < end;) {
        uint8_t tag = packet[at];
        if (tag >> 4 == wanted) {
            if ((tag & 0x0F) != 2 || at + 3 >= end) return -1;
            return packet[at + 1] << 16 | packet[at + 2] << 8 | packet[at + 3];
        }
        at += tag ? 2u + (tag & 0x0F) : 1u;
    }
    return -1;
}

/* Which stream this is the next packet of, for listeners who follow it; negative: not ordinary. */
static int ordinary(const struct leg *leg, const uint8_t *packet) {
    uint32_t ssrc = read32(packet + 8);
    for (int place = 0; place < leg->stream_count; place++) {
        const struct stream *stream = leg->streams[place];
        if (stream->ssrc != ssrc) continue;
        int64_t index = stream->highest + 1;
        if (stream->highest < 0 || read16(packet + 2) != (index & 0xFFFF)) return -1;
        if (stream->listener_count > LISTENERS) return -1;
        for (int i = 0; i < stream->listener_count; i++) {
            const struct numbers *numbers = &stream->listeners[i]->numbers;
            if (!numbers->is_following || index + numbers->shift <= numbers->last) return -1;
        }
        return place;
    }
    return -1;
}

/* RFC 3550 appendix A.8. */
static void arrived(struct stream *stream, uint32_t timestamp, double at) {
    double transit = at * stream->rate - timestamp;
    double moved = transit - stream->transit;
    if (moved < 0) moved = -moved;
    stream->transit = transit;
    if (moved < stream->rate) stream->jitter += (moved - stream->jitter) / 16;
    stream->received++;
    stream->highest++;
}

/* Take an ordinary packet, and note it in the journal, which has room. */
static void take(struct leg *leg, int place, int port, uint8_t *cell, int length, double at) {
    if (unprotect(leg->inbound, cell, &length) || length < HEADER) return;
    uint32_t start = payload_start(cell, (uint32_t)length), end = (uint32_t)length;
    if (!start) return;
    if (cell[0] & 0x20 && start < end) { /* padding, its length in the last byte */
        uint8_t padding = cell[length - 1];
        if (padding == 0 || padding > end - start) return;
        end -= padding;
    }
    struct stream *stream = leg->streams[place];
    struct passed *packet = (struct passed *)(journal + journal_used);
    if (!journal_used) journal_since = at;
    packet->at = at;
    packet->timestamp = read32(cell + 4);
    packet->size = end - start;
    packet->port = port;
    packet->stream = place;
    packet->marker = cell[1] >> 7;
    packet->sent_at =
        leg->sent_at_extension ? three_byte_extension(cell, start, leg->sent_at_extension) : -1;
    leg->last_heard = at;
    arrived(stream, packet->timestamp, at);
    packet->index = stream->highest;
    stream->octets += packet->size;
    stream->pictures += (uint64_t)(stream->is_video && packet->marker);
    memcpy(packet + 1, cell + start, packet->size);
    journal_used += (uint32_t)sizeof *packet + ((packet->size + ALIGNED - 1) & ~(ALIGNED - 1u));
    for (int i = 0; i < stream->listener_count; i++)
        forward(stream->listeners[i], cell + start, packet);
}

static int is_known(const struct port *port, const struct msghdr *header) {
    return port->known_length && header->msg_namelen >= port->known_length &&
           !memcmp(header->msg_name, port->known, port->known_length);
}

static int journal_has_room(void) { return JOURNAL - journal_used >= ROOM + sizeof(struct passed); }

/* Whether the datagram was ordinary, and is done with; else it is as it came. */
static int pass(struct port *port, int descriptor, const struct mmsghdr *message, double at) {
    uint8_t *cell = message->msg_hdr.msg_iov->iov_base;
    uint32_t length = message->msg_len;
    if (!port->leg || length < HEADER || length > ROOM - TRAILER) return 0;
    if (cell[0] >> 6 != 2 || (cell[1] >= 192 && cell[1] < 224)) return 0; /* RFC 7983, RFC 5761 */
    if (!is_known(port, &message->msg_hdr) || !journal_has_room()) return 0;
    int stream = ordinary(port->leg, cell);
    if (stream < 0) return 0;
    if (fits(port->gate, length, at)) take(port->leg, stream, descriptor, cell, (int)length, at);
    return 1;
}

/* Turns -------------------------------------------------------------------------------------- */

static struct epoll_event events[EVENTS]; /* of this turn, and how far it has come in them */
static int event_count, event, message_count, message, is_in_turn;
static struct left left;
uint64_t pump_datagrams; /* read so far */

const struct left *pump_left(void) { return &left; }

/* Read this socket from now on; a null port: no more. Negative when there is no place for it. */
int pump_watch(int descriptor, struct port *port) {
    if (descriptor < 0 || descriptor >= PORTS) return -1;
    if (event < event_count && events[event].data.fd == descriptor) message_count = message;
    ports[descriptor] = port;
    return 0;
}

static double now(void) { /* as Python's time.monotonic() */
    struct timespec clock;
    clock_gettime(CLOCK_MONOTONIC, &clock);
    return (double)clock.tv_sec + (double)clock.tv_nsec * 1e-9;
}

static void read_socket(int descriptor, struct port *port, int burst) {
    message_count = recvmmsg(descriptor, port->tray, (unsigned)burst, MSG_DONTWAIT, NULL);
    if (message_count > 0) pump_datagrams += (uint64_t)message_count;
    left.at = now();
}

/* Read what has come on the sockets of `epoll` and pass on what is ordinary. True when something
 * came that is not: it is told in `left`, and the turn goes on with the next call. `burst`
 * datagrams are read of each socket; what is left comes with the next turn, after the others. */
int pump_turn(int epoll, int burst) {
    if (!is_in_turn) {
        event_count = epoll_wait(epoll, events, EVENTS, 0);
        event = message_count = message = 0;
        is_in_turn = 1;
    }
    for (; event < event_count; event++, message_count = message = 0) {
        int descriptor = events[event].data.fd;
        struct port *port = ports[descriptor];
        if (!port) continue; /* closed by what another one said */
        if (!message_count) read_socket(descriptor, port, burst);
        for (; message < message_count; message++) {
            if (pass(port, descriptor, &port->tray[message], left.at)) continue;
            if (out_count) flush();
            left.port = descriptor;
            left.place = message;
            left.length = (int)port->tray[message].msg_len;
            left.waiting = journal_used > 0;
            message++;
            return 1;
        }
    }
    if (out_count) flush();
    is_in_turn = 0;
    return 0;
}

/* Serve what is ordinary until Python is wanted: something came that is not (LEFT, as by
 * pump_turn), the journal is `gather` seconds old (DUE), a descriptor of Python's loop is ready or
 * `timeout` seconds are over (NEITHER). `loop` is the epoll of that loop, a member of `epoll`. No
 * time limit when `timeout` is negative. Nobody else may call into this library meanwhile. */
enum { NEITHER, LEFT, DUE };
int pump_wait(int epoll, int loop, int burst, double timeout, double gather) {
    double until = timeout < 0 ? HUGE_VAL : now() + timeout;
    for (;;) {
        if (is_in_turn && pump_turn(epoll, burst)) return LEFT;
        double wake = until, at = now();
        if (journal_used && journal_since + gather < wake) wake = journal_since + gather;
        int wait_ms = wake == HUGE_VAL ? -1 : wake <= at ? 0 : (int)((wake - at) * 1000) + 1;
        event_count = epoll_wait(epoll, events, EVENTS, wait_ms);
        if (event_count < 0) return NEITHER; /* a signal */
        event = message_count = message = 0;
        int is_wanted = 0;
        for (int i = 0; i < event_count; i++) is_wanted |= events[i].data.fd == loop;
        is_in_turn = 1;
        if (pump_turn(epoll, burst)) return LEFT;
        if (is_wanted) return NEITHER;
        at = now();
        if (journal_used && at - journal_since >= gather) return DUE;
        if (at >= until) return NEITHER;
    }
}

/* What Python could not take breaks off its turn. */
void pump_break(void) { is_in_turn = 0; }

/* What was passed on since the last time: where it stands, and in `used` how many bytes. It is
 * overwritten by the next turn. */
const uint8_t *pump_journal(uint32_t *used) {
    *used = journal_used;
    journal_used = 0;
    return journal;
}
