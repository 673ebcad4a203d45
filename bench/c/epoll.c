/* The limit: a raw epoll loop, level-triggered, that writes back what it reads.
 * Usage: epoll tcp|unix|udp address buffer echo|sink */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { max_events = 512, max_fds = 1 << 20 };

/* What a full socket has not taken, by descriptor; reading waits for it. */
struct unsent {
	char *data;
	size_t from, to;
};

static struct unsent *unsent[max_fds];
static int ep, listener, sink;
static char *buffer;
static size_t buffer_size;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void watch(int op, int fd, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.fd = fd};
	if (epoll_ctl(ep, op, fd, &e) < 0)
		die("epoll_ctl");
}

static void drop(int fd)
{
	if (unsent[fd]) {
		free(unsent[fd]->data);
		free(unsent[fd]);
		unsent[fd] = NULL;
	}
	close(fd);
}

static void keep(int fd, const char *p, size_t n)
{
	struct unsent *u = malloc(sizeof *u);
	if (!u || !(u->data = malloc(n)))
		die("malloc");
	memcpy(u->data, p, n);
	u->from = 0;
	u->to = n;
	unsent[fd] = u;
	watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
}

static void send_first(int fd, size_t n)
{
	ssize_t k = write(fd, buffer, n);
	if (k < 0 && errno != EAGAIN)
		drop(fd);
	else if (k < (ssize_t)n)
		keep(fd, buffer + (k > 0 ? k : 0), n - (k > 0 ? k : 0));
}

static void send_rest(int fd)
{
	struct unsent *u = unsent[fd];
	ssize_t k = write(fd, u->data + u->from, u->to - u->from);
	if (k < 0 && errno != EAGAIN) {
		drop(fd);
		return;
	}
	u->from += k > 0 ? k : 0;
	if (u->from < u->to)
		return;
	free(u->data);
	free(u);
	unsent[fd] = NULL;
	watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

static void accept_all(void)
{
	int fd;
	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		if (fd >= max_fds)
			die("too many descriptors");
		watch(EPOLL_CTL_ADD, fd, EPOLLIN);
	}
	if (errno != EAGAIN)
		die("accept4");
}

static void answer(int fd)
{
	ssize_t n = read(fd, buffer, buffer_size);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		drop(fd);
	else if (!sink)
		send_first(fd, n);
}

static void obey(void)
{
	char line[64];
	if (read(0, line, sizeof line) <= 0)
		exit(0);
	printf("settled 0\n");
}

static void listen_unix(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	strncpy(a.sun_path, path, sizeof a.sun_path - 1);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(listener, SOMAXCONN) < 0)
		die("listen");
	printf("listening %s\n", path);
}

static void bind_inet(const char *address, int type)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof a;
	char host[INET_ADDRSTRLEN + 1];
	int port, on = 1;
	if (sscanf(address, "%16[^:]:%d", host, &port) != 2 || inet_pton(AF_INET, host, &a.sin_addr) != 1)
		die("address");
	a.sin_port = htons(port);
	listener = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof a) < 0)
		die("bind");
	if (type == SOCK_STREAM && (setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 || listen(listener, 4096) < 0))
		die("listen");
	if (getsockname(listener, (struct sockaddr *)&a, &len) < 0)
		die("getsockname");
	printf("listening %s:%d\n", host, ntohs(a.sin_port));
}

static void answer_datagrams(void)
{
	struct sockaddr_storage from;
	for (;;) {
		socklen_t len = sizeof from;
		ssize_t n = recvfrom(listener, buffer, buffer_size, 0, (struct sockaddr *)&from, &len);
		if (n < 0)
			return;
		sendto(listener, buffer, n, 0, (struct sockaddr *)&from, len);
	}
}

int main(int argc, char **argv)
{
	struct epoll_event events[max_events];
	struct rlimit files;
	int udp;
	if (argc != 5)
		return 2;
	udp = strcmp(argv[1], "udp") == 0;
	buffer_size = atoi(argv[3]);
	sink = strcmp(argv[4], "sink") == 0;
	signal(SIGPIPE, SIG_IGN);
	setlinebuf(stdout);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	buffer = malloc(buffer_size);
	ep = epoll_create1(EPOLL_CLOEXEC);
	if (!buffer || ep < 0)
		die("epoll_create1");
	if (strcmp(argv[1], "unix") == 0)
		listen_unix(argv[2]);
	else
		bind_inet(argv[2], udp ? SOCK_DGRAM : SOCK_STREAM);
	watch(EPOLL_CTL_ADD, listener, EPOLLIN);
	watch(EPOLL_CTL_ADD, 0, EPOLLIN);
	for (;;) {
		int n = epoll_wait(ep, events, max_events, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;
			if (fd == 0)
				obey();
			else if (fd == listener && udp)
				answer_datagrams();
			else if (fd == listener)
				accept_all();
			else if (unsent[fd])
				send_rest(fd);
			else
				answer(fd);
		}
	}
}
