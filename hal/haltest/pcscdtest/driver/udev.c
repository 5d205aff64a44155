/*
 * A libudev for pcscd, preloaded in place of the system's, in which a directory
 * is the USB bus: a file "reader-K" in it is a card reader on port K. Making the
 * file plugs the reader in, removing it unplugs it. pcscd's own hot-plug code does
 * the rest. Only what pcscd calls is here.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

struct device {
	char name[16];
	const char *action;
	char node[64];
	struct device *next; /* of an enumeration */
};

static const char *bus(void) { return getenv("PCSCDTEST_BUS"); }

static struct device *device(const char *name, const char *action)
{
	struct device *d = calloc(1, sizeof *d);
	if (!d || strncmp(name, "reader-", 7) != 0 || strlen(name) >= sizeof d->name) {
		free(d);
		return NULL;
	}
	strcpy(d->name, name);
	snprintf(d->node, sizeof d->node, "/dev/bus/usb/%s", name);
	d->action = action;
	return d;
}

/* The library, the enumeration and the monitor have nothing to remember but this. */
struct enumeration { struct device *first; };
struct monitor { int fd; };

void *udev_new(void) { return calloc(1, 1); }
void *udev_unref(void *u) { free(u); return NULL; }

void *udev_enumerate_new(void *u) { (void)u; return calloc(1, sizeof(struct enumeration)); }
int udev_enumerate_add_match_subsystem(void *e, const char *s) { (void)e; (void)s; return 0; }

int udev_enumerate_scan_devices(struct enumeration *e)
{
	DIR *dir = opendir(bus());
	struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		struct device *d = device(entry->d_name, NULL);
		if (d) {
			d->next = e->first;
			e->first = d;
		}
	}
	if (dir)
		closedir(dir);
	return 0;
}

void *udev_enumerate_get_list_entry(struct enumeration *e) { return e->first; }
void *udev_list_entry_get_next(struct device *d) { return d->next; }
const char *udev_list_entry_get_name(struct device *d) { return d->name; }

void *udev_enumerate_unref(struct enumeration *e)
{
	while (e->first) {
		struct device *d = e->first;
		e->first = d->next;
		free(d);
	}
	free(e);
	return NULL;
}

void *udev_monitor_new_from_netlink(void *u, const char *name)
{
	struct monitor *m = calloc(1, sizeof *m);
	(void)u;
	(void)name;
	m->fd = inotify_init1(IN_CLOEXEC);
	return m;
}

int udev_monitor_filter_add_match_subsystem_devtype(void *m, const char *s, const char *t)
{
	(void)m;
	(void)s;
	(void)t;
	return 0;
}

int udev_monitor_enable_receiving(struct monitor *m)
{
	return inotify_add_watch(m->fd, bus(), IN_CREATE | IN_DELETE) < 0 ? -1 : 0;
}

int udev_monitor_get_fd(struct monitor *m) { return m->fd; }
void *udev_monitor_unref(struct monitor *m) { close(m->fd); free(m); return NULL; }

void *udev_monitor_receive_device(struct monitor *m)
{
	/* Room for one event: a name of up to 15 characters takes 16 bytes. */
	union { struct inotify_event event; char room[sizeof(struct inotify_event) + 16]; } u;
	if (read(m->fd, &u, sizeof u) < (ssize_t)sizeof u.event)
		return NULL;
	return device(u.event.name, u.event.mask & IN_CREATE ? "add" : "remove");
}

void *udev_device_new_from_syspath(void *u, const char *name) { (void)u; return device(name, NULL); }
void *udev_device_unref(struct device *d) { free(d); return NULL; }
const char *udev_device_get_action(struct device *d) { return d->action; }
const char *udev_device_get_sysname(struct device *d) { return d->name; }
const char *udev_device_get_devnode(struct device *d) { return d->node; }

/* A reader is one interface, and that is the device itself. */
void *udev_device_get_parent_with_subsystem_devtype(struct device *d, const char *s, const char *t)
{
	(void)s;
	(void)t;
	return d;
}

const char *udev_device_get_sysattr_value(struct device *d, const char *attribute)
{
	static const char *products[] = {"0001", "0002", "0003", "0004"};
	if (strcmp(attribute, "idVendor") == 0)
		return "1209"; /* pid.codes, with its products for tests */
	if (strcmp(attribute, "idProduct") == 0)
		return products[atoi(d->name + 7) % 4];
	if (strcmp(attribute, "bInterfaceNumber") == 0)
		return "00";
	return NULL;
}
