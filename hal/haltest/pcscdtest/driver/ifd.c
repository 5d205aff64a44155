/*
 * An IFD handler for pcscd, between it and vpcd: a vpcd of its own for each reader
 * that udev.c plugs in, on ports that follow each other, and with it what a real
 * reader can do to its users. A file in the directory of faults makes reader K
 *
 *	K.dead         answer nothing
 *	K.short        break off at an APDU of extended length
 *	K.properties   tell the dwMaxAPDUDataSize that is written in the file
 *	K.leaves       lose its card to a power-down: pcscd, which looks after the slot,
 *	               sees it gone, and who powers it down is just too early to see it
 *
 * With PCSCDTEST_SWIFT the readers have pcscd look for a card each few milliseconds,
 * so that it knows one as soon as a reader with an interrupt line would tell of it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <ifdhandler.h>
#include <pthread.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READERS 4
#define FIRST_PORT 0x8C7B
#define MAX_LUNS 16
#define GET_PROPERTIES (SCARD_CTL_CODE(1))

static void *vpcd[READERS];
static int plug[MAX_LUNS]; /* the K of each Lun, as pcscd counts readers */
static pthread_t watch[READERS]; /* pcscd's thread that looks after the slot */
static int left[READERS]; /* the card has left, whoever asks */

static int k_of(DWORD lun) { return plug[(lun >> 16) % MAX_LUNS]; }

static int exists(const char *directory, const char *format, int k)
{
	char path[512], name[32];
	snprintf(name, sizeof name, format, k);
	snprintf(path, sizeof path, "%s/%s", getenv(directory), name);
	return access(path, F_OK) == 0;
}

/* trouble is what the reader says before anything else; IFD_SUCCESS is nothing. */
static RESPONSECODE trouble(int k)
{
	if (!exists("PCSCDTEST_BUS", "reader-%d", k))
		return IFD_NO_SUCH_DEVICE;
	if (exists("PCSCDTEST_FAULTS", "%d.dead", k))
		return IFD_COMMUNICATION_ERROR;
	return IFD_SUCCESS;
}

static int leaves(int k) { return exists("PCSCDTEST_FAULTS", "%d.leaves", k); }

static void *function(int k, const char *name)
{
	if (!vpcd[k]) {
		char path[512];
		snprintf(path, sizeof path, "%s/vpcd-%d.so", getenv("PCSCDTEST_VPCD"), k);
		vpcd[k] = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	}
	void *f = vpcd[k] ? dlsym(vpcd[k], name) : NULL;
	if (!f) {
		fprintf(stderr, "finding %s of vpcd: %s\n", name, dlerror());
		abort();
	}
	return f;
}

#define CALL(k, name, types, ...) (((RESPONSECODE(*) types)function(k, #name))(__VA_ARGS__))

RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR name)
{
	char *number = strstr(name, "reader-");
	int k = number ? atoi(number + 7) : -1;
	if (k < 0 || k >= READERS)
		return IFD_NO_SUCH_DEVICE;
	plug[(lun >> 16) % MAX_LUNS] = k;
	if (trouble(k))
		return trouble(k);
	return CALL(k, IFDHCreateChannel, (DWORD, DWORD), 0, FIRST_PORT + k);
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel)
{
	(void)lun;
	(void)channel;
	return IFD_NO_SUCH_DEVICE;
}

RESPONSECODE IFDHCloseChannel(DWORD lun)
{
	return CALL(k_of(lun), IFDHCloseChannel, (DWORD), 0);
}

/* pcscd calls it between two looks, and would else wait 400 ms itself. */
static RESPONSECODE between(DWORD lun, int timeout)
{
	(void)timeout;
	watch[k_of(lun)] = pthread_self();
	usleep(getenv("PCSCDTEST_SWIFT") ? 4000 : 400000);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value)
{
	if (tag == TAG_IFD_POLLING_THREAD_WITH_TIMEOUT) {
		RESPONSECODE (*wait)(DWORD, int) = between;
		*length = sizeof wait;
		memcpy(value, &wait, sizeof wait);
		return IFD_SUCCESS;
	}
	if (tag == TAG_IFD_SLOTS_NUMBER || tag == TAG_IFD_THREAD_SAFE || tag == TAG_IFD_SIMULTANEOUS_ACCESS) {
		*length = 1;
		*value = tag == TAG_IFD_SIMULTANEOUS_ACCESS ? READERS : 1;
		return IFD_SUCCESS;
	}
	return CALL(k_of(lun), IFDHGetCapabilities, (DWORD, DWORD, PDWORD, PUCHAR), 0, tag, length, value);
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD length, PUCHAR value)
{
	return CALL(k_of(lun), IFDHSetCapabilities, (DWORD, DWORD, DWORD, PUCHAR), 0, tag, length, value);
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1, UCHAR pts2, UCHAR pts3)
{
	return CALL(k_of(lun), IFDHSetProtocolParameters, (DWORD, DWORD, UCHAR, UCHAR, UCHAR, UCHAR), 0, protocol, flags, pts1, pts2, pts3);
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD length)
{
	RESPONSECODE wrong = trouble(k_of(lun));
	if (!wrong)
		wrong = CALL(k_of(lun), IFDHPowerICC, (DWORD, DWORD, PUCHAR, PDWORD), 0, action, atr, length);
	/* A card that says noise, and neither 3B nor 3F, did not take the power. */
	if (!wrong && action != IFD_POWER_DOWN && (*length == 0 || (atr[0] | 4) != 0x3F))
		return IFD_ERROR_POWER_ACTION;
	left[k_of(lun)] = action == IFD_POWER_DOWN && leaves(k_of(lun));
	return wrong;
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send, PUCHAR tx, DWORD sent, PUCHAR rx, PDWORD got, PSCARD_IO_HEADER receive)
{
	int k = k_of(lun);
	RESPONSECODE wrong = trouble(k);
	if (!wrong && sent > 5 && tx[4] == 0 && exists("PCSCDTEST_FAULTS", "%d.short", k))
		wrong = IFD_COMMUNICATION_ERROR;
	if (wrong) {
		*got = 0;
		return wrong;
	}
	return CALL(k, IFDHTransmitToICC, (DWORD, SCARD_IO_HEADER, PUCHAR, DWORD, PUCHAR, PDWORD, PSCARD_IO_HEADER), 0, send, tx, sent, rx, got, receive);
}

RESPONSECODE IFDHICCPresence(DWORD lun)
{
	int k = k_of(lun);
	RESPONSECODE wrong = trouble(k);
	if (!wrong && leaves(k) && (left[k] || pthread_equal(watch[k], pthread_self())))
		return IFD_ICC_NOT_PRESENT;
	return wrong ? wrong : CALL(k, IFDHICCPresence, (DWORD), 0);
}

/* size reads K.properties; false where there is none. */
static int size(int k, unsigned long *n)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%d.properties", getenv("PCSCDTEST_FAULTS"), k);
	FILE *f = fopen(path, "r");
	int ok = f && fscanf(f, "%lu", n) == 1;
	if (f)
		fclose(f);
	return ok;
}

/* PC/SC part 10: the features, in tag, length, code; and the properties. */
RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR tx, DWORD sent, PUCHAR rx, DWORD room, LPDWORD got)
{
	unsigned long n, c = GET_PROPERTIES;
	(void)tx;
	(void)sent;
	*got = 0;
	if (!size(k_of(lun), &n) || room < 6)
		return IFD_ERROR_NOT_SUPPORTED;
	unsigned char feature[] = {FEATURE_GET_TLV_PROPERTIES, 4, c >> 24, c >> 16, c >> 8, c};
	unsigned char property[] = {PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize, 4, n, n >> 8, n >> 16, n >> 24};
	if (code != CM_IOCTL_GET_FEATURE_REQUEST && code != GET_PROPERTIES)
		return IFD_ERROR_NOT_SUPPORTED;
	memcpy(rx, code == GET_PROPERTIES ? property : feature, 6);
	*got = 6;
	return IFD_SUCCESS;
}
